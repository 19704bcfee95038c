import type {
  EChartsOption,
  LegendComponentOption,
  TitleComponentOption,
  XAXisComponentOption,
  YAXisComponentOption,
} from 'echarts';
import { init } from 'echarts/dist/echarts.esm.min.mjs';

import { changeLine, markSeries, segmentSeries, trafficSeries } from './series.ts';
import { INK, LAYERS, MARKS, OUTCOMES, SEGMENTS, SIZE, TRAFFIC } from './style.ts';
import type { Timeline } from './timeline.ts';

/** Draws a timeline as an SVG document: a row for each unit, and the client's requests below. */
export function drawTimeline(timeline: Timeline): string {
  const trafficTop = SIZE.rowsTop + timeline.units.length * SIZE.row + SIZE.trafficGap;
  const height = trafficTop + SIZE.traffic + SIZE.bottom;
  const chart = init(null, null, { renderer: 'svg', ssr: true, width: SIZE.width, height });
  chart.setOption(describeChart(timeline, trafficTop));
  const svg = chart.renderToSVGString();
  chart.dispose();
  return svg;
}

function describeChart(timeline: Timeline, trafficTop: number): EChartsOption {
  const marks = (['leads', 'killed', 'revived'] as const).filter((what) =>
    timeline.marks.some((mark) => mark.what === what),
  );
  const outcomes = OUTCOMES.filter((outcome) => timeline.traffic.some((slot) => slot[outcome] > 0));
  const rowNames = (['old', 'waiting', 'down', 'new'] as const).map((kind) => SEGMENTS[kind].name);
  const markNames = marks.map((what) => MARKS[what].name);
  const trafficNames = outcomes.map((outcome) => TRAFFIC[outcome].name);
  return {
    animation: false,
    backgroundColor: INK.paper,
    textStyle: { fontFamily: INK.font, color: INK.text },
    title: titles(timeline, trafficTop),
    legend: [
      legend([...rowNames, ...markNames], { top: 78, left: 20 }),
      legend(trafficNames, { top: trafficTop - 38, right: SIZE.right - 5 }),
    ],
    grid: [
      {
        left: SIZE.left,
        right: SIZE.right,
        top: SIZE.rowsTop,
        height: timeline.units.length * SIZE.row,
      },
      { left: SIZE.left, right: SIZE.right, top: trafficTop, height: SIZE.traffic },
    ],
    xAxis: [timeAxis(timeline, 0, ''), timeAxis(timeline, 1, 'seconds')],
    yAxis: [unitAxis(timeline), countAxis()],
    series: [
      ...LAYERS.map((kind) => segmentSeries(timeline, kind)),
      ...marks.map((what) => markSeries(timeline, what)),
      ...outcomes.map((outcome) => trafficSeries(timeline, outcome)),
      changeLine(timeline, 0, 'configuration changes'),
      changeLine(timeline, 1, ''),
    ],
  };
}

function titles({ title, subtitle }: Timeline, trafficTop: number): TitleComponentOption[] {
  return [
    {
      text: title,
      subtext: subtitle,
      left: 20,
      top: 14,
      itemGap: 6,
      textStyle: { fontSize: 20, fontWeight: 'bold', color: INK.text },
      subtextStyle: { fontSize: 13, color: INK.muted },
    },
    {
      text: "the client's requests in each tenth of a second",
      left: 20,
      top: trafficTop - 38,
      textStyle: { fontSize: 12, fontWeight: 'normal', color: INK.muted },
    },
  ];
}

function legend(data: string[], place: LegendComponentOption): LegendComponentOption {
  return {
    data,
    itemWidth: 14,
    itemHeight: 11,
    itemGap: 28,
    padding: 5,
    textStyle: { color: INK.text, fontSize: 12 },
    ...place,
  };
}

function timeAxis({ end }: Timeline, part: 0 | 1, name: string): XAXisComponentOption {
  return {
    type: 'value',
    gridIndex: part,
    min: 0,
    max: end,
    name,
    nameLocation: 'middle',
    nameGap: 28,
    nameTextStyle: { color: INK.muted, fontSize: 12 },
    minInterval: 0.5,
    axisLabel: {
      show: true,
      color: INK.muted,
      showMaxLabel: false,
      formatter: (value: number) => `${value}`,
    },
    axisTick: { show: false },
    axisLine: { show: true, lineStyle: { color: INK.muted } },
    splitLine: { show: true, lineStyle: { color: INK.lines } },
  };
}

function unitAxis({ units }: Timeline): YAXisComponentOption {
  return {
    type: 'category',
    gridIndex: 0,
    data: [...units],
    inverse: true,
    axisLabel: { color: INK.text, fontSize: 13, fontWeight: 'bold', margin: 14 },
    axisTick: { show: false },
    axisLine: { show: false },
    splitLine: { show: false },
  };
}

function countAxis(): YAXisComponentOption {
  return {
    type: 'value',
    gridIndex: 1,
    min: 0,
    splitNumber: 2,
    axisLabel: { color: INK.muted },
    splitLine: { lineStyle: { color: INK.lines } },
  };
}
