import { Button } from '@nebula/ui';
import type { Conflict, Side } from './conflict.ts';
import { copy } from './copy.ts';

const words = copy.conflict;

/** Both sides of a conflict, and the choice between them. */
export function ConflictPanel({
  conflict,
  isBusy,
  onMine,
  onTheirs,
}: {
  conflict: Conflict;
  isBusy: boolean;
  onMine: () => void;
  onTheirs: () => void;
}) {
  return (
    <section role="alert" className="flex flex-col gap-4 rounded-md border border-warning bg-raised p-4">
      <div>
        <p className="font-semibold text-ink">{words.title}</p>
        <p className="text-soft">{words.text}</p>
      </div>
      <div className="grid gap-4 md:grid-cols-2">
        <SideBox title={words.theirs} side={conflict.found} />
        <SideBox title={words.mine} side={conflict.wanted} />
      </div>
      <div className="flex flex-wrap justify-end gap-2">
        <Button onClick={onTheirs}>{words.keepTheirs}</Button>
        <Button tone="danger" isBusy={isBusy} onClick={onMine}>
          {words.takeMine}
        </Button>
      </div>
    </section>
  );
}

function SideBox({ title, side }: { title: string; side: Side }) {
  return (
    <div className="min-w-0">
      <p className="text-sm font-medium text-soft">{title}</p>
      {side === null ? (
        <p className="text-muted">{words.nothing}</p>
      ) : (
        <>
          <ValueList values={side.values} />
          <p className="text-sm text-muted">{words.keptFor(side.ttl)}</p>
        </>
      )}
    </div>
  );
}

/** Values one below the other, whatever is in them. */
export function ValueList({ values }: { values: string[] }) {
  return (
    <ul translate="no" className="flex min-w-0 flex-col font-mono text-sm">
      {values.map((value) => (
        <li key={value} className="break-all">
          <bdi>{value}</bdi>
        </li>
      ))}
    </ul>
  );
}
