import type { EChartsOption } from 'echarts';
import { init } from 'echarts/dist/echarts.esm.min.mjs';

/** A paper of its own makes a picture readable on a light page and on a dark one. */
export const INK = {
  text: '#1f2933',
  muted: '#5b6b7a',
  lines: '#e4e9ee',
  paper: '#ffffff',
  font: 'Helvetica, Arial, Liberation Sans, sans-serif',
} as const;

/** The colours of what is compared: told apart also by who sees no red or green. */
export const COLORS = {
  charmhelpers: '#d55e00',
  rollingops: '#7b4fa3',
  baton: '#0072b2',
  batonSocket: '#56b4e9',
  least: '#5b6b7a',
} as const;

/** The measures of a picture, in pixels. */
const SIZE = { width: 860, height: 460 } as const;

/** Draws a chart as an SVG document. */
export function draw(title: string, subtitle: string, option: EChartsOption): string {
  const chart = init(null, null, { renderer: 'svg', ssr: true, ...SIZE });
  chart.setOption({
    animation: false,
    backgroundColor: INK.paper,
    textStyle: { fontFamily: INK.font, color: INK.text },
    title: {
      text: title,
      subtext: subtitle,
      left: 20,
      top: 14,
      itemGap: 6,
      textStyle: { fontSize: 18, fontWeight: 'bold', color: INK.text },
      subtextStyle: { fontSize: 13, color: INK.muted },
    },
    ...option,
  });
  const svg = chart.renderToSVGString();
  chart.dispose();
  return svg;
}
