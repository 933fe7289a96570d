import { useNow } from '@nebula/ui';
import { type Life, lifeState, type LifeState, marks, shareOf } from './life.ts';
import { lifeWords } from './life-words.ts';

const fills: Record<LifeState, string> = {
  fresh: 'bg-up',
  due: 'bg-live',
  late: 'bg-degraded',
  critical: 'bg-down',
  expired: 'bg-down',
};

/** How much of a certificate's life is over, with marks where it is renewed and where it is late. */
export function LifeBar({ life }: { life: Life }) {
  const now = useNow();
  const share = shareOf(life, now);
  const percent = Math.round(share * 100);
  return (
    <div
      role="img"
      aria-label={lifeWords.over(percent)}
      className="relative h-2 w-full overflow-hidden rounded-full bg-hover"
    >
      <span
        className={`absolute inset-y-0 left-0 rounded-full ${fills[lifeState(share)]}`}
        style={{ width: `${Math.min(100, share * 100)}%` }}
      />
      {[marks.due, marks.late].map((mark) => (
        <span key={mark} className="absolute inset-y-0 w-0.5 bg-ink" style={{ left: `${mark * 100}%` }} />
      ))}
    </div>
  );
}
