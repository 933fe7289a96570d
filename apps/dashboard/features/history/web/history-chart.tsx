import 'uplot/dist/uPlot.min.css';
import { useEffect, useRef } from 'react';
import uPlot from 'uplot';
import { drawMarks, hearClicks, type Marked } from './draw-marks.ts';
import type { Columns } from './points.ts';
import { timeTick } from './ticks.ts';

/** Props of {@link HistoryChart}. */
export interface HistoryChartProps extends Marked {
  columns: Columns;
  /** The span shown, in seconds since 1970. */
  from: number;
  to: number;
  label: string;
  figure: (value: number) => string;
  /** The scale reaches at least this far, so that next to nothing does not look like much. */
  leastTop: number;
  /** A part was dragged over (seconds since 1970). */
  onZoom: (from: number, to: number) => void;
}

const height = 180;
/** Cursors of all charts of the page move together. */
const together = uPlot.sync('history');

/** A line with the range around it, drawn on a canvas; dragging over it looks closer. */
export function HistoryChart(props: HistoryChartProps) {
  const { columns, from, to, label, figure, leastTop, marks, at } = props;
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot>(null);
  // The chart is made once; what it calls and draws is always that of the newest drawing.
  const newest = useRef(props);
  newest.current = props;

  useEffect(() => {
    const element = place.current;
    if (element === null) return;
    const made = new uPlot(
      optionsFor(element, () => newest.current),
      [[]],
      element,
    );
    chart.current = made;
    const watcher = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height }));
    watcher.observe(element);
    return () => {
      watcher.disconnect();
      made.destroy();
      chart.current = null;
    };
  }, [figure, leastTop]);

  useEffect(() => {
    const { at, min, mean, max, before } = columns;
    chart.current?.setData([at, max, min, mean, before], false);
    chart.current?.setScale('x', { min: from, max: to });
  }, [columns, from, to, figure, leastTop]);

  useEffect(() => chart.current?.redraw(false), [marks, at]);

  return <div ref={place} role="img" aria-label={label} className="w-full" style={{ height }} />;
}

function optionsFor(element: HTMLElement, newest: () => HistoryChartProps): uPlot.Options {
  const { figure, leastTop } = newest();
  const ink = inks(element);
  const axis = { stroke: ink.muted, grid: { stroke: ink.line, width: 1 }, ticks: { show: false } };
  return {
    width: element.clientWidth,
    height,
    legend: { show: false },
    cursor: {
      sync: { key: together.key },
      drag: { x: true, y: false, setScale: false },
      points: { size: 6 },
    },
    scales: {
      x: { time: true },
      y: { range: (_, low, high) => [Math.min(0, low), Math.max(high * 1.1, leastTop)] },
    },
    axes: [
      { ...axis, values: (_self, instants, _axis, _space, step) => instants.map((at) => timeTick(at, step)) },
      { ...axis, size: 74, values: (_, values) => values.map((value) => figure(value)) },
    ],
    series: [
      {},
      { stroke: 'transparent', points: { show: false } },
      { stroke: 'transparent', points: { show: false } },
      { stroke: ink.one, width: 1.5, points: { show: false } },
      { stroke: ink.two, width: 1, dash: [4, 4], points: { show: false } },
    ],
    bands: [{ series: [1, 2], fill: ink.band }],
    hooks: {
      draw: [(self) => drawMarks(self, newest(), ink)],
      ready: [(self) => hearClicks(self, newest)],
      setSelect: [
        (self) => {
          const { left, width } = self.select;
          if (width < 8) return;
          newest().onZoom(self.posToVal(left, 'x'), self.posToVal(left + width, 'x'));
          self.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
        },
      ],
    },
  };
}

/** A canvas takes no variables, so the colours of the theme are read where it stands. */
function inks(element: HTMLElement) {
  const style = getComputedStyle(element);
  const of = (name: string) => style.getPropertyValue(name).trim();
  return {
    one: of('--chart-1'),
    two: of('--chart-2'),
    muted: of('--text-3'),
    line: of('--hairline'),
    at: of('--focus'),
    tones: {
      good: of('--success'),
      info: of('--info'),
      warning: of('--warning'),
      critical: of('--danger'),
    },
    band: `color-mix(in srgb, ${of('--chart-1')} 22%, transparent)`,
  };
}
