import { Button, Dialog, IconButton } from '@nebula/ui';
import { CirclePlay, CircleStop, type LucideIcon, Pause, Play, RotateCw, Trash2, X } from 'lucide-react';
import { useState } from 'react';
import { TypedName } from '../../../web/feature.ts';
import type { BulkVerb } from '../contract.ts';
import { useBulk } from './changes.ts';
import { copy } from './copy.ts';
import type { ContainerRow } from './patch.ts';
import { clearSelection } from './selection.ts';

const choices: { verb: Exclude<BulkVerb, 'kill'>; icon: LucideIcon }[] = [
  { verb: 'start', icon: CirclePlay },
  { verb: 'stop', icon: CircleStop },
  { verb: 'restart', icon: RotateCw },
  { verb: 'pause', icon: Pause },
  { verb: 'unpause', icon: Play },
  { verb: 'remove', icon: Trash2 },
];
/** What the server takes in one run. */
const most = 100;

/** What can be done to all that are selected; stands at the foot of the screen while some are. */
export function BulkBar({ rows }: { rows: ContainerRow[] }) {
  const [verb, setVerb] = useState<Exclude<BulkVerb, 'kill'> | null>(null);
  if (rows.length === 0) return null;
  const isTooMany = rows.length > most;
  return (
    <section
      aria-label={copy.bulk.label}
      className="glass sticky bottom-[calc(4.5rem+env(safe-area-inset-bottom))] z-20 flex flex-wrap items-center gap-2 rounded-lg p-2 md:bottom-4"
    >
      <IconButton icon={X} label={copy.clearSelection} onClick={clearSelection} />
      <span role="status" className="figures mr-auto">
        {copy.selected(rows.length)}{' '}
        {isTooMany && <span className="text-warning">{copy.bulk.most(most)}</span>}
      </span>
      <div className="flex flex-wrap gap-2">
        {choices.map(({ verb: one, icon }) => (
          <Button
            key={one}
            icon={icon}
            tone={one === 'remove' ? 'danger' : 'quiet'}
            className="disabled:opacity-50"
            disabled={isTooMany}
            onClick={() => setVerb(one)}
          >
            {copy.verbs[one].command}
          </Button>
        ))}
      </div>
      {verb !== null && <BulkDialog verb={verb} rows={rows} onClose={() => setVerb(null)} />}
    </section>
  );
}

function BulkDialog({
  verb,
  rows,
  onClose,
}: {
  verb: Exclude<BulkVerb, 'kill'>;
  rows: ContainerRow[];
  onClose: () => void;
}) {
  const bulk = useBulk();
  const [typed, setTyped] = useState('');
  const isRemoval = verb === 'remove';
  const word = copy.verbs[verb].command;
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={copy.bulk.title(word, rows.length)}
      description={isRemoval ? copy.bulk.removeText : copy.bulk.text}
      actions={
        <>
          <Button data-safe-answer={!isRemoval} onClick={onClose}>
            {copy.cancel}
          </Button>
          <Button
            tone={isRemoval ? 'danger' : 'primary'}
            isBusy={bulk.isPending}
            className="disabled:opacity-50"
            disabled={isRemoval && typed !== String(rows.length)}
            onClick={() =>
              bulk.mutate(
                { verb, targets: rows },
                {
                  onSuccess: clearSelection,
                  onSettled: onClose,
                },
              )
            }
          >
            {word}
          </Button>
        </>
      }
    >
      <ul className="max-h-40 overflow-y-auto text-sm text-soft" translate="no">
        {rows.map(({ id, name }) => (
          <li key={id} className="truncate">
            <bdi>{name}</bdi>
          </li>
        ))}
      </ul>
      {isRemoval && <TypedName label={copy.bulk.typeCount(rows.length)} value={typed} onChange={setTyped} />}
    </Dialog>
  );
}
