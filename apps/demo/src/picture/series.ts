import type { CustomSeriesOption, ScatterSeriesOption } from 'echarts';

import { INK, MARKS, OUTCOMES, SEGMENTS, SIZE, TRAFFIC } from './style.ts';
import type { Outcome, SegmentKind, Timeline, TimelineMark } from './timeline.ts';

/** One kind of stretch, for every unit. */
export function segmentSeries(timeline: Timeline, kind: SegmentKind): CustomSeriesOption {
  const { name, color } = SEGMENTS[kind];
  return {
    type: 'custom',
    name,
    itemStyle: { color },
    encode: { x: [1, 2], y: 0 },
    data: timeline.segments
      .filter((segment) => segment.kind === kind)
      .map(({ unit, from, to }) => [timeline.units.indexOf(unit), from, to]),
    renderItem: (_params, api) => {
      const [fromX = 0, y = 0] = api.coord([api.value(1), api.value(0)]);
      const [toX = 0] = api.coord([api.value(2), api.value(0)]);
      const width = Math.max(1, toX - fromX);
      return {
        type: 'rect',
        shape: { x: fromX, y: y - SIZE.bar / 2, width, height: SIZE.bar },
        style: { fill: color },
      };
    },
  };
}

/** One kind of sign, for every unit: above its row's bar. */
export function markSeries(timeline: Timeline, what: TimelineMark['what']): ScatterSeriesOption {
  const { name, color, symbol } = MARKS[what];
  return {
    type: 'scatter',
    name,
    symbol,
    symbolSize: 11,
    symbolOffset: [0, -SIZE.bar / 2 - 5],
    itemStyle: { color },
    data: timeline.marks
      .filter((mark) => mark.what === what)
      .map(({ unit, at }) => [at, timeline.units.indexOf(unit)]),
    z: 5,
  };
}

/** What became of the requests, one outcome stacked on the other. */
export function trafficSeries(timeline: Timeline, outcome: Outcome): CustomSeriesOption {
  const { name, color } = TRAFFIC[outcome];
  return {
    type: 'custom',
    name,
    xAxisIndex: 1,
    yAxisIndex: 1,
    itemStyle: { color },
    encode: { x: [0, 1], y: [2, 3] },
    data: timeline.traffic
      .filter((slot) => slot[outcome] > 0)
      .map((slot) => {
        const below = outcomesBelow(outcome).reduce((sum, other) => sum + slot[other], 0);
        return [slot.from, slot.to, below, below + slot[outcome]];
      }),
    renderItem: (_params, api) => {
      const [left = 0, bottom = 0] = api.coord([api.value(0), api.value(2)]);
      const [right = 0, top = 0] = api.coord([api.value(1), api.value(3)]);
      return {
        type: 'rect',
        shape: { x: left, y: top, width: Math.max(1, right - left - 1), height: bottom - top },
        style: { fill: color },
      };
    },
  };
}

function outcomesBelow(outcome: Outcome): readonly Outcome[] {
  return OUTCOMES.slice(0, OUTCOMES.indexOf(outcome));
}

/** The moment at which every unit begins to want a restart: a line through one of the two parts. */
export function changeLine(timeline: Timeline, part: 0 | 1, label: string): ScatterSeriesOption {
  return {
    type: 'scatter',
    xAxisIndex: part,
    yAxisIndex: part,
    data: [],
    markLine: {
      silent: true,
      symbol: 'none',
      lineStyle: { color: INK.text, type: 'dashed', width: 1 },
      label: {
        show: label !== '',
        formatter: label,
        position: 'start',
        color: INK.text,
        fontSize: 12,
      },
      data: [{ xAxis: timeline.changedAt }],
    },
  };
}
