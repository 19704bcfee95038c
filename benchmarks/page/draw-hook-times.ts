import type { BarSeriesOption } from 'echarts';

import { programs, situations, type HookTimes, type Program } from '../hook/hook-time.ts';
import { hookLines } from '../report.ts';
import { COLORS, draw, INK } from './draw.ts';

const colors: Readonly<Record<Program, string>> = {
  charmhelpers: COLORS.charmhelpers,
  'baton, spawning': COLORS.baton,
  'baton, socket': COLORS.batonSocket,
};

/** How long one hook takes, in each situation, as multiples of the start of Node. */
export function drawHookTimes(measured: HookTimes): string {
  const lines = hookLines(measured);
  const series = programs
    .filter((program) => lines.some((line) => line.program === program))
    .map((program): BarSeriesOption => ({
      type: 'bar',
      name: program.replace('baton', 'Baton'),
      color: colors[program],
      barGap: '12%',
      barMaxWidth: 64,
      data: situations.map((situation) => {
        const line = lines.find((each) => each.situation === situation && each.program === program);
        return line === undefined ? '-' : line.jujuMs / measured.bareNodeMs;
      }),
      label: {
        show: true,
        position: 'top',
        color: INK.text,
        formatter: ({ value }) => (typeof value === 'number' ? `${value.toFixed(1)} ×` : ''),
      },
      // What every hook in Node takes at least.
      ...(program === 'charmhelpers' ? { markLine: bareNode() } : {}),
    }));
  return draw(
    'One hook as a process, among 31 units',
    "times of the start of bare Node, with Juju's own hook tools where tools are started",
    {
      legend: { top: 66, left: 14, itemGap: 20, textStyle: { color: INK.text, fontSize: 12 } },
      grid: { left: 60, right: 96, top: 116, bottom: 40 },
      xAxis: {
        type: 'category',
        data: situations.map(String),
        axisTick: { show: false },
        axisLabel: { color: INK.text, fontSize: 13 },
        axisLine: { show: true, lineStyle: { color: INK.muted } },
      },
      yAxis: {
        type: 'value',
        min: 0,
        axisLabel: { color: INK.muted },
        splitLine: { lineStyle: { color: INK.lines } },
      },
      series,
    },
  );
}

function bareNode(): NonNullable<BarSeriesOption['markLine']> {
  return {
    silent: true,
    symbol: 'none',
    lineStyle: { color: INK.text, type: 'dashed', width: 1 },
    label: { formatter: 'bare Node', position: 'end', color: INK.text, fontSize: 12 },
    data: [{ yAxis: 1 }],
  };
}
