import { Badge, Cell, type Column, IconButton, Row, StatusPill, Table, Time, type Tone } from '@nebula/ui';
import { Ban, CircleCheck, CircleX, Eye, Lock, LockOpen, type LucideIcon } from 'lucide-react';
import type { AuditEntry } from '../contract.ts';
import { copy } from './copy.ts';

const columns: Column[] = [
  { id: 'at', title: copy.columns.at, width: 'w-30' },
  { id: 'actor', title: copy.columns.actor, width: 'w-44' },
  { id: 'action', title: copy.columns.action },
  { id: 'target', title: copy.columns.target, isWideOnly: true },
  { id: 'outcome', title: copy.columns.outcome, width: 'w-36' },
  { id: 'more', title: copy.columns.more, isTitleHidden: true, width: 'w-18' },
];

/** Props of the list in both forms. */
export interface AuditTableProps {
  entries: AuditEntry[];
  onOpen: (entry: AuditEntry) => void;
}

/** The audit as a table. */
export function AuditTable({ entries, onOpen }: AuditTableProps) {
  return (
    <Table label={copy.title} columns={columns}>
      {entries.map((entry) => (
        <Row key={entry.id}>
          <Cell className="text-soft">
            <Time at={entry.at} />
          </Cell>
          <Cell>
            <Actor entry={entry} />
          </Cell>
          <Cell>
            <span translate="no" className="block truncate font-mono text-sm" title={entry.action}>
              {entry.action}
            </span>
            <span translate="no" className="block truncate text-sm text-muted lg:hidden">
              {entry.target.name}
            </span>
          </Cell>
          <Cell isWideOnly translate="no">
            <span className="block truncate" title={entry.target.name}>
              {entry.target.name}
            </span>
            <span className="text-sm text-muted">{entry.target.type}</span>
          </Cell>
          <Cell>
            <Outcome entry={entry} />
          </Cell>
          <Cell align="right">
            <IconButton icon={Eye} label={copy.details(entry.action)} onClick={() => onOpen(entry)} />
          </Cell>
        </Row>
      ))}
    </Table>
  );
}

/** The audit as a list, for phones. */
export function AuditList({ entries, onOpen }: AuditTableProps) {
  return (
    <ul aria-label={copy.title}>
      {entries.map((entry) => (
        <li
          key={entry.id}
          data-row
          className="flex items-center gap-3 border-t border-hairline py-3 pr-2 pl-4"
        >
          <div className="flex min-w-0 flex-1 flex-col gap-1">
            <span translate="no" className="truncate font-mono text-sm">
              {entry.action}
            </span>
            <span translate="no" className="truncate text-sm text-soft">
              {entry.target.name}
            </span>
            <span className="flex flex-wrap items-center gap-2 text-sm text-muted">
              <Outcome entry={entry} />
              <Time at={entry.at} />
              <span translate="no" className="truncate">
                {entry.actor.name}
              </span>
            </span>
          </div>
          <IconButton icon={Eye} label={copy.details(entry.action)} onClick={() => onOpen(entry)} />
        </li>
      ))}
    </ul>
  );
}

function Actor({ entry: { actor } }: { entry: AuditEntry }) {
  return (
    <span className="flex flex-col items-start gap-1">
      <span translate="no" className="max-w-full truncate" title={actor.name}>
        {actor.name}
      </span>
      {actor.kind !== 'user' && <Badge>{actorKind(actor.kind)}</Badge>}
    </span>
  );
}

const outcomeLooks: Record<AuditEntry['outcome'], { tone: Tone; icon: LucideIcon }> = {
  done: { tone: 'up', icon: CircleCheck },
  denied: { tone: 'degraded', icon: Ban },
  failed: { tone: 'down', icon: CircleX },
};

/** What became of it, and whether the entry is sealed. */
export function Outcome({ entry }: { entry: AuditEntry }) {
  const { tone, icon } = outcomeLooks[entry.outcome];
  const Seal = entry.isSealed ? Lock : LockOpen;
  const words = entry.isSealed ? copy.sealed : copy.notSealed;
  return (
    <span className="inline-flex items-center gap-2">
      <StatusPill tone={tone} icon={icon}>
        {copy.outcomes[entry.outcome]}
      </StatusPill>
      <span title={words} className="text-muted">
        <Seal aria-hidden size={14} />
        <span className="sr-only">{words}</span>
      </span>
    </span>
  );
}

/** What an actor is, in a word. */
export function actorKind(kind: string): string {
  const kinds: Record<string, string> = copy.actorKinds;
  return kinds[kind] ?? kind;
}
