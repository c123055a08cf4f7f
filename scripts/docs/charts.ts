/** Draws figures as SVG, so that pages show them without a script or a server. */
import { init } from 'echarts';

export interface Series {
  readonly name: string;
  readonly points: readonly (readonly [x: number, y: number])[];
}
export interface LineChart {
  readonly title: string;
  readonly x: string;
  readonly y: string;
  readonly series: readonly Series[];
}
export interface BarChart {
  readonly title: string;
  readonly y: string;
  /** One group of bars for each; names of the groups stand below. */
  readonly groups: readonly string[];
  readonly series: readonly { readonly name: string; readonly values: readonly number[] }[];
}

const SIZE = { width: 760, height: 320 } as const;
const GRID = { left: 70, right: 30, top: 60, bottom: 50 } as const;
/** A page may be shown on black: the chart brings its own ground. */
const LOOK = { animation: false, backgroundColor: '#ffffff', grid: GRID, legend: { top: 32 } } as const;

export function lineChart({ title, x, y, series }: LineChart): string {
  return draw({
    ...{ ...LOOK, title: { text: title, top: 4, textStyle: { fontSize: 14 } } },
    xAxis: { type: 'value', name: x, nameLocation: 'middle', nameGap: 28 },
    yAxis: { type: 'value', name: y },
    series: series.map(({ name, points }) => ({
      type: 'line',
      name,
      showSymbol: false,
      data: points.map((at) => [...at]),
    })),
  });
}

export function barChart({ title, y, groups, series }: BarChart): string {
  return draw({
    ...{ ...LOOK, title: { text: title, top: 4, textStyle: { fontSize: 14 } } },
    xAxis: { type: 'category', data: [...groups] },
    yAxis: { type: 'value', name: y },
    series: series.map(({ name, values }) => ({
      ...{ type: 'bar', name, data: [...values] },
      label: { show: true, position: 'top', fontSize: 10 },
    })),
  });
}

function draw(option: Parameters<ReturnType<typeof init>['setOption']>[0]): string {
  const chart = init(null, null, { renderer: 'svg', ssr: true, ...SIZE });
  try {
    chart.setOption(option);
    // Names of classes count up over all charts of a process: the same chart must be the same text.
    return `${chart.renderToSVGString().replaceAll(/zr\d+-/g, 'z-')}\n`;
  } finally {
    chart.dispose();
  }
}
