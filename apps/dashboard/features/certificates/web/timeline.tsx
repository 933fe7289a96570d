import { formatRelative, Time, useNow } from '@nebula/ui';
import type { Certificate } from '../contract.ts';
import { copy } from './copy.ts';
import { placeIn, spanAhead } from './time-ahead.ts';

const words = copy.timeline;
/** More rows say less: the list below has all. */
const mostRows = 40;

/** The time ahead on one axis: how long each certificate lives on, when it is renewed and when it is taken over. */
export function Timeline({ certificates }: { certificates: readonly Certificate[] }) {
  const now = useNow();
  const rows = certificates.filter(({ certificate }) => certificate !== null).slice(0, mostRows);
  const span = spanAhead(rows, now);
  if (rows.length === 0) return null;
  return (
    <section aria-label={words.title} className="border-t border-hairline px-4 py-4 md:px-6">
      <ul className="flex flex-col gap-1">
        {rows.map((row) => (
          <Line key={row.id} row={row} now={now} span={span} />
        ))}
      </ul>
      <div className="mt-2 flex justify-between text-xs text-muted md:ml-52">
        <span>{words.now}</span>
        {[0.5, 1].map((share) => (
          <Time key={share} at={new Date(now + span * share).toISOString()} />
        ))}
      </div>
      <p className="mt-3 flex flex-wrap gap-x-4 gap-y-1 text-xs text-muted">
        <Key className="h-2 w-5 rounded-full bg-up" word={words.key.life} />
        <Key className="h-3 w-3 rounded-full border-2 border-raised bg-live" word={words.key.renews} />
        <Key className="h-3 w-0.5 bg-degraded" word={words.key.late} />
      </p>
    </section>
  );
}

function Key({ className, word }: { className: string; word: string }) {
  return (
    <span className="inline-flex items-center gap-2">
      <span aria-hidden className={`inline-block ${className}`} />
      {word}
    </span>
  );
}

function Line({ row, now, span }: { row: Certificate; now: number; span: number }) {
  const { name, renewsAt, takesOverAt, certificate } = row;
  if (certificate === null) return null;
  const at = (instant: string) => `${placeIn(instant, now, span) * 100}%`;
  const isOver = Date.parse(certificate.notAfter) <= now;
  const renews = renewsAt === null ? words.never : formatRelative(Date.parse(renewsAt), now);
  const label = words.row(name, renews, formatRelative(Date.parse(certificate.notAfter), now));
  return (
    <li className="flex flex-col gap-1 md:flex-row md:items-center md:gap-4">
      <bdi translate="no" className="min-w-0 truncate text-sm text-soft md:w-48 md:shrink-0">
        {name}
      </bdi>
      <div role="img" aria-label={label} className="relative h-4 min-w-0 grow">
        <span className="absolute inset-x-0 top-1 h-2 rounded-full bg-hover" />
        <span
          className={`absolute top-1 left-0 h-2 rounded-full ${isOver ? 'bg-down' : 'bg-up'}`}
          style={{ width: at(certificate.notAfter) }}
        />
        {takesOverAt !== null && (
          <span className="absolute inset-y-0 w-0.5 bg-degraded" style={{ left: at(takesOverAt) }} />
        )}
        {renewsAt !== null && (
          <span
            className="absolute top-0.5 h-3 w-3 -translate-x-1/2 rounded-full border-2 border-raised bg-live"
            style={{ left: at(renewsAt) }}
          />
        )}
      </div>
    </li>
  );
}
