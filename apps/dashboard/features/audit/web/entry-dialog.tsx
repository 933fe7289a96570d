import { buttonClasses, CopyButton, Dialog, FactList, formatInstant } from '@nebula/ui';
import { Link } from '@tanstack/react-router';
import type { AuditEntry } from '../contract.ts';
import { actorKind } from './audit-table.tsx';
import { copy } from './copy.ts';

/** Everything that is recorded about one entry. */
export function EntryDialog({ entry, onClose }: { entry: AuditEntry | null; onClose: () => void }) {
  if (entry === null) return null;
  const { facts } = copy;
  return (
    <Dialog
      isOpen
      isWide
      onClose={onClose}
      title={entry.action}
      actions={
        entry.runId !== undefined && (
          <Link to="/jobs/$id" params={{ id: entry.runId }} className={buttonClasses()}>
            {copy.run}
          </Link>
        )
      }
    >
      <div className="-mx-4 md:-mx-6">
        <FactList
          facts={[
            { term: facts.actor, value: `${entry.actor.name} (${actorKind(entry.actor.kind)})` },
            { term: facts.target, value: `${entry.target.name} (${entry.target.type})` },
            { term: facts.at, value: formatInstant(Date.parse(entry.at)) },
            { term: facts.outcome, value: copy.outcomes[entry.outcome] },
            ...(entry.code === undefined ? [] : [{ term: facts.code, value: entry.code }]),
            { term: facts.seal, value: entry.isSealed ? copy.sealed : copy.notSealed },
            {
              term: facts.requestId,
              value: (
                <span className="flex items-center gap-1">
                  <code className="min-w-0 truncate font-mono text-xs">{entry.requestId}</code>
                  <CopyButton text={entry.requestId} label={facts.requestId} />
                </span>
              ),
            },
          ]}
        />
      </div>
      <Value title={copy.before} value={entry.before} />
      <Value title={copy.after} value={entry.after} />
    </Dialog>
  );
}

function Value({ title, value }: { title: string; value: unknown }) {
  if (value === undefined) return null;
  return (
    <section>
      <h3 className="mb-1 text-sm text-muted">{title}</h3>
      <pre
        tabIndex={0}
        className="max-h-60 overflow-auto rounded-md border border-hairline bg-canvas p-3 font-mono text-xs text-soft"
      >
        {JSON.stringify(value, null, 2)}
      </pre>
    </section>
  );
}
