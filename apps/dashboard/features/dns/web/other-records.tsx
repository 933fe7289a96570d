import { copy } from './copy.ts';
import type { RecordTotals } from './queries.ts';

/** Records that are there and not handled, so that nobody believes the list is all. */
export function OtherRecords({ others }: Pick<RecordTotals, 'others'>) {
  if (others.length === 0) return null;
  const count = others.reduce((sum, other) => sum + other.count, 0);
  return (
    <div className="border-t border-hairline px-4 py-3 text-sm text-muted md:px-6">
      <p>{copy.records.others(count)}</p>
      <ul translate="no" className="mt-1 flex flex-wrap gap-x-4 font-mono break-all">
        {others.map(({ name, type, count: own }) => (
          <li key={`${name} ${type}`}>
            {name} {type} {own > 1 && `× ${own}`}
          </li>
        ))}
      </ul>
    </div>
  );
}
