import type { EChartsOption, LineSeriesOption } from 'echarts';

import { names, virtualRolls } from '../report.ts';
import { hooksOneByOne, leastHooks } from '../roll/least-hooks.ts';
import type { RollCount } from '../roll/roll-count.ts';
import { grouped } from '../table.ts';
import { COLORS, draw, INK } from './draw.ts';

const JUJU = '3.6';
/** From the fewest to the most units, as the x axis shows them. */
const UNITS_SHOWN = [2, 130] as const;

/** Where lines lie on each other, the smaller dot shows above the larger one. */
const DOTS = { charmhelpers: 17, rollingops: 12, baton: 7 } as const;

/** How the hooks of a roll grow with the units, next to the least that Juju allows. */
export function drawHooks(rolls: readonly RollCount[]): string {
  const sizes = sizesOf(rolls);
  const curve = (of: (units: number, juju: typeof JUJU) => number): [number, number][] =>
    sizes.map((units) => [units, of(units, JUJU)]);
  return draw(
    'Hooks of one rolling restart',
    'Juju 3.6, in virtual time; both axes are logarithmic',
    growth('hooks', [
      line('each change heard by itself', COLORS.least, curve(hooksOneByOne), 'dotted'),
      line('the least that Juju allows', COLORS.least, curve(leastHooks), 'dashed'),
      ...linesOf(rolls, ({ hooks }) => hooks),
    ]),
  );
}

/** How the calls of hook tools in a roll grow with the units. */
export function drawCalls(rolls: readonly RollCount[]): string {
  return draw(
    'Hook tools called in one rolling restart',
    'Juju 3.6, in virtual time; both axes are logarithmic',
    growth(
      'calls',
      linesOf(rolls, ({ toolCalls }) => toolCalls),
    ),
  );
}

function linesOf(
  rolls: readonly RollCount[],
  value: (roll: RollCount) => number,
): LineSeriesOption[] {
  return (['charmhelpers', 'rollingops', 'baton'] as const).flatMap((contestant) => {
    const points = virtualRolls(rolls)
      .filter((roll) => roll.juju === JUJU && roll.contestant === contestant)
      .map((roll): [number, number] => [roll.units, value(roll)]);
    if (points.length === 0) return [];
    const drawn = line(names[contestant], COLORS[contestant], points, 'solid');
    return [{ ...drawn, symbolSize: DOTS[contestant] }];
  });
}

function line(
  name: string,
  color: string,
  data: [number, number][],
  type: 'solid' | 'dashed' | 'dotted',
): LineSeriesOption {
  const isMeasured = type === 'solid';
  return {
    type: 'line',
    name,
    data,
    color,
    symbol: isMeasured ? 'circle' : 'none',
    lineStyle: { color, type, width: isMeasured ? 2 : 1.5 },
  };
}

function growth(what: string, series: LineSeriesOption[]): EChartsOption {
  const label = { color: INK.muted, formatter: (value: number) => grouped(value) };
  const axis = {
    type: 'log' as const,
    nameTextStyle: { color: INK.muted, fontSize: 12 },
    axisTick: { show: false },
    axisLine: { show: true, lineStyle: { color: INK.muted } },
    splitLine: { show: true, lineStyle: { color: INK.lines } },
  };
  const ticks = sizesIn(series);
  return {
    legend: {
      top: 66,
      left: 14,
      itemGap: 20,
      textStyle: { color: INK.text, fontSize: 12 },
      // A line without dots has none in the legend either.
      data: series.map(({ name = '', symbol }) => ({
        name: String(name),
        itemStyle: { opacity: symbol === 'none' ? 0 : 1 },
      })),
    },
    grid: { left: 78, right: 36, top: 124, bottom: 52 },
    xAxis: {
      ...axis,
      min: UNITS_SHOWN[0],
      max: UNITS_SHOWN[1],
      name: 'units',
      nameLocation: 'middle',
      nameGap: 28,
      axisLabel: { ...label, customValues: ticks },
      splitLine: { show: false },
    },
    yAxis: { ...axis, name: what, axisLabel: label },
    series,
  };
}

function sizesIn(series: readonly LineSeriesOption[]): number[] {
  const sizes = series.flatMap(({ data }) =>
    (data ?? []).flatMap((point) => (Array.isArray(point) ? [Number(point[0])] : [])),
  );
  return [...new Set(sizes)].toSorted((a, b) => a - b);
}

function sizesOf(rolls: readonly RollCount[]): number[] {
  return [...new Set(virtualRolls(rolls).map(({ units }) => units))].toSorted((a, b) => a - b);
}
