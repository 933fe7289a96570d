import { Button, Checkbox, Dialog, formatBytes } from '@nebula/ui';
import { useEffect, useState } from 'react';
import { DataView, usePages } from '../../../web/feature.ts';
import { useRemoveUnused } from './changes.ts';
import { copy } from './copy.ts';
import { imagesQuery } from './queries.ts';

const words = copy.unused;

/** The exact list of what goes when unused images are removed; each can be left out. */
export function UnusedDialog({ onClose }: { onClose: () => void }) {
  const list = usePages(imagesQuery({ use: 'unused' }));
  const remove = useRemoveUnused();
  const [kept, setKept] = useState<ReadonlySet<string>>(new Set());
  useEffect(() => {
    if (list.hasNextPage && !list.isFetching) void list.fetchNextPage();
  });
  const images = (list.rows ?? []).filter(({ isOnlyCopy }) => !isOnlyCopy);
  const doomed = images.filter(({ id }) => !kept.has(id));
  const isKnown = doomed.every(({ sharedBytes }) => sharedBytes !== null);
  const freed = doomed.reduce((sum, { sizeBytes, sharedBytes }) => sum + sizeBytes - (sharedBytes ?? 0), 0);
  function toggle(id: string): void {
    const next = new Set(kept);
    if (!next.delete(id)) next.add(id);
    setKept(next);
  }
  return (
    <Dialog
      isOpen
      isWide
      onClose={onClose}
      title={words.title(doomed.length)}
      description={words.text}
      actions={
        <>
          <Button data-safe-answer onClick={onClose}>
            {copy.cancel}
          </Button>
          <Button
            tone="danger"
            className="disabled:opacity-50"
            disabled={doomed.length === 0 || list.hasNextPage}
            isBusy={remove.isPending}
            onClick={() =>
              remove.mutate(
                doomed.map(({ id }) => id),
                { onSettled: onClose },
              )
            }
          >
            {words.confirm}
          </Button>
        </>
      }
    >
      <DataView query={list} label={copy.local.loading}>
        {() =>
          images.length === 0 ? (
            <p className="text-soft">{words.none}</p>
          ) : (
            <>
              <ul className="max-h-[50dvh] overflow-y-auto">
                {images.map(({ id, name, sizeBytes }) => (
                  <li key={id} className="flex items-center gap-3 border-t border-hairline first:border-0">
                    <span className="min-w-0 flex-1" translate="no">
                      <Checkbox label={name} checked={!kept.has(id)} onChange={() => toggle(id)} />
                    </span>
                    <span className="figures shrink-0 pr-2 text-sm text-muted" translate="no">
                      {formatBytes(sizeBytes)}
                    </span>
                  </li>
                ))}
              </ul>
              {isKnown && <p className="pt-3 text-sm text-soft">{words.freed(formatBytes(freed))}</p>}
            </>
          )
        }
      </DataView>
    </Dialog>
  );
}
