import { sparklinePoints } from './sparkline-points.ts';

const width = 240;
const height = 56;

/** Props of {@link Sparkline}. */
export interface SparklineProps {
  /** What the line shows and its newest value, for screen readers. */
  label: string;
  values: readonly number[];
  /** Value at the top edge; the largest of the values when left out. */
  ceiling?: number;
  /** Values that fit across; a shorter line starts at the right. */
  capacity: number;
  series?: 1 | 2;
}

const strokes = { 1: 'stroke-chart-1', 2: 'stroke-chart-2' };
const fills = { 1: 'fill-chart-1', 2: 'fill-chart-2' };

/** A small line of the newest values, the newest at the right. */
export function Sparkline({ label, values, ceiling, capacity, series = 1 }: SparklineProps) {
  // One value alone is a line as well, not a point that nobody sees.
  const points = sparklinePoints(values.length === 1 ? [...values, ...values] : values, {
    width,
    height,
    capacity,
    ceiling,
  });
  const [first] = points;
  const line = points.map(({ x, y }) => `${x},${y}`).join(' ');
  return (
    <svg
      role="img"
      aria-label={label}
      viewBox={`0 0 ${width} ${height}`}
      preserveAspectRatio="none"
      className="block h-14 w-full"
    >
      <line x1={0} x2={width} y1={height - 0.5} y2={height - 0.5} className="stroke-hairline" />
      {first !== undefined && (
        <>
          <polygon
            points={`${first.x},${height} ${line} ${width},${height}`}
            className={fills[series]}
            fillOpacity={0.14}
          />
          <polyline
            points={line}
            fill="none"
            strokeWidth={1.5}
            strokeLinejoin="round"
            vectorEffect="non-scaling-stroke"
            className={strokes[series]}
          />
        </>
      )}
    </svg>
  );
}
