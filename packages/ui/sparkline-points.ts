/** Where a sparkline is drawn: its box, the values that fit across, and the value at the top edge. */
export interface SparklineFrame {
  width: number;
  height: number;
  capacity: number;
  ceiling?: number | undefined;
}

/** Places values in a box, the newest at the right edge, larger ones higher; older ones than fit are left out. */
export function sparklinePoints(
  values: readonly number[],
  frame: SparklineFrame,
): { x: number; y: number }[] {
  const shown = values.slice(-frame.capacity);
  const top = Math.max(frame.ceiling ?? 0, ...shown, Number.MIN_VALUE);
  const step = frame.width / Math.max(1, frame.capacity - 1);
  return shown.map((value, index) => ({
    x: round(frame.width - (shown.length - 1 - index) * step),
    y: round(frame.height - 1 - (Math.max(0, value) / top) * (frame.height - 2)),
  }));
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
