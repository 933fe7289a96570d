import { Meter } from './meter.tsx';
import { Sparkline } from './sparkline.tsx';

/** Props of {@link FigureChart}. */
export interface FigureChartProps {
  name: string;
  /** The newest value with its unit. */
  figure: string;
  /** What it is measured against, such as `of 8 GiB`. */
  note: string;
  /** What the line shows and its newest value, for screen readers. */
  label: string;
  values: readonly number[];
  ceiling?: number | undefined;
  capacity: number;
  series?: 1 | 2;
  /** Share of a whole, drawn as a bar below the line; left out where there is no whole. */
  fraction?: number | null;
}

/** A figure with the line of its last minutes, and how full that is. */
export function FigureChart({ name, figure, note, label, values, ...rest }: FigureChartProps) {
  const { ceiling, capacity, series = 1, fraction } = rest;
  const top = Math.max(...values, 0);
  // Against a whole far above it a line would lie flat; its own peak then makes the scale.
  const scale = ceiling !== undefined && top > ceiling / 4 ? ceiling : top * 1.25;
  return (
    <figure className="flex min-w-0 flex-col">
      <figcaption className="mb-2 flex flex-wrap items-baseline gap-x-3">
        <span className="text-sm text-muted">{name}</span>
        <span className="figures text-xl font-semibold">{figure}</span>
        <span className="ml-auto text-sm text-muted">{note}</span>
      </figcaption>
      <div className="mt-auto">
        <Sparkline label={label} values={values} ceiling={scale} capacity={capacity} series={series} />
        {fraction !== undefined && <Meter fraction={fraction} isLimit />}
      </div>
    </figure>
  );
}

/** A part of a whole. */
export interface StackPart {
  id: string;
  value: number;
  ink: 'one' | 'two' | 'three' | 'four' | 'five' | 'rest';
}

const inks = {
  one: 'bg-chart-1',
  two: 'bg-chart-2',
  three: 'bg-info',
  four: 'bg-degraded',
  five: 'bg-down',
  rest: 'bg-hover',
};

/** Parts of a whole beside each other in one bar; the words beside it say what they are, so the bar is hidden from readers. */
export function StackBar({
  parts,
  total,
  isTall = false,
}: {
  parts: readonly StackPart[];
  total: number;
  isTall?: boolean;
}) {
  return (
    <span
      aria-hidden
      className={`flex w-full overflow-hidden rounded-full bg-hover ${isTall ? 'h-3' : 'h-1.5'}`}
    >
      {parts.map(({ id, value, ink }) => (
        <span
          key={id}
          className={`bar-fill block h-full ${inks[ink]}`}
          style={{ width: `${total === 0 ? 0 : Math.min(100, (value / total) * 100)}%` }}
        />
      ))}
    </span>
  );
}

/** The colour of a part of {@link StackBar}, beside its name. */
export function StackKey({ ink }: { ink: StackPart['ink'] }) {
  return <span aria-hidden className={`bar-fill inline-block size-2.5 shrink-0 rounded-full ${inks[ink]}`} />;
}
