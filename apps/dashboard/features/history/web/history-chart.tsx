import 'uplot/dist/uPlot.min.css';
import { useEffect, useRef } from 'react';
import uPlot from 'uplot';
import { type Mark, markAt, reach } from './marks.ts';
import type { Columns } from './points.ts';
import { timeTick } from './ticks.ts';

/** Props of {@link HistoryChart}. */
export interface HistoryChartProps {
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
  marks: readonly Mark[];
  onMark: (id: string) => void;
  /** A place without a mark was clicked at (ms since 1970). */
  onPick?: ((at: number) => void) | undefined;
  /** An instant that is looked at (ms since 1970). */
  at?: number | undefined;
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

/** Marks stand behind nothing, so that they can be seen in front of the range. */
function drawMarks(self: uPlot, { marks, at }: HistoryChartProps, ink: Inks): void {
  const { ctx, bbox } = self;
  ctx.save();
  const line = (instant: number, colour: string, dash: number[], width: number) => {
    const x = Math.round(self.valToPos(instant / 1000, 'x', true));
    if (x < bbox.left || x > bbox.left + bbox.width) return;
    ctx.beginPath();
    ctx.setLineDash(dash);
    ctx.lineWidth = width * devicePixelRatio;
    ctx.strokeStyle = colour;
    ctx.fillStyle = colour;
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
    ctx.fillRect(x - 3 * devicePixelRatio, bbox.top, 6 * devicePixelRatio, 4 * devicePixelRatio);
  };
  for (const mark of marks)
    line(mark.at, ink.tones[mark.tone], [3 * devicePixelRatio, 3 * devicePixelRatio], 1);
  if (at !== undefined) line(at, ink.at, [], 1.5);
  ctx.restore();
}

/** A click is meant for the mark under it, else for the instant; one that ends a drag is neither. */
function hearClicks(self: uPlot, newest: () => HistoryChartProps): void {
  let pressed = 0;
  self.over.addEventListener('pointerdown', (event) => (pressed = event.clientX));
  self.over.addEventListener('pointermove', (event) => {
    const found = under(self, event, newest());
    self.over.style.cursor = found === null ? '' : 'pointer';
    self.over.title = found?.title ?? '';
  });
  self.over.addEventListener('pointerup', (event) => {
    if (Math.abs(event.clientX - pressed) > 4) return;
    const { onMark, onPick } = newest();
    const found = under(self, event, newest());
    if (found !== null) onMark(found.id);
    else onPick?.(self.posToVal(event.clientX - self.over.getBoundingClientRect().left, 'x') * 1000);
  });
}

function under(self: uPlot, event: PointerEvent, { marks }: HistoryChartProps): Mark | null {
  const x = event.clientX - self.over.getBoundingClientRect().left;
  const within = event.pointerType === 'touch' ? reach.coarse : reach.fine;
  return markAt(marks, x, ({ at }) => self.valToPos(at / 1000, 'x'), within);
}

type Inks = ReturnType<typeof inks>;

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
