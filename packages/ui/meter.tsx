/** How full something is. */
export interface MeterProps {
  /** Share from 0 to 1; more is drawn as 1. Null draws the track alone. */
  fraction: number | null;
  /** Whether being nearly full is a reason to worry; the bar then says so by its colour. */
  isLimit?: boolean;
}

/** A thin bar beside a figure; the figure is the text, so the bar is hidden from screen readers. */
export function Meter({ fraction, isLimit = false }: MeterProps) {
  const share = Math.min(1, Math.max(0, fraction ?? 0));
  const fill = !isLimit || share < 0.75 ? 'bg-accent' : share < 0.9 ? 'bg-degraded' : 'bg-down';
  return (
    <span aria-hidden className="block h-1 w-full overflow-hidden rounded-full bg-hover">
      <span
        className={`bar-fill block h-full w-full origin-left rounded-full ${fill}`}
        style={{
          transform: `scaleX(${share})`,
          transition: 'transform var(--duration-page) var(--ease-enter)',
        }}
      />
    </span>
  );
}

/** Props of {@link ProgressBar}. */
export interface ProgressBarProps {
  label: string;
  /** Share done, 0 to 1; null when it is not known. */
  fraction: number | null;
}

/** How far a piece of work is. */
export function ProgressBar({ label, fraction }: ProgressBarProps) {
  const percent = fraction === null ? undefined : Math.round(Math.min(1, Math.max(0, fraction)) * 100);
  return (
    <span
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent}
      className="block h-1.5 w-full overflow-hidden rounded-full bg-hover"
    >
      <span
        className={`bar-fill block h-full origin-left rounded-full bg-live ${percent === undefined ? 'w-full animate-breathe' : 'w-full'}`}
        style={{ transform: percent === undefined ? 'none' : `scaleX(${percent / 100})` }}
      />
    </span>
  );
}
