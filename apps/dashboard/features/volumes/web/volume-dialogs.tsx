import { Dialog, FactList, formatBytes, Time } from '@nebula/ui';
import { useQuery } from '@tanstack/react-query';
import { AskName, DataPairs, dataFact, DataView, RemoveByName } from '../../../web/feature.ts';
import type { Volume } from '../contract.ts';
import { useCreate, useRemove } from './changes.ts';
import { copy, errorCopy } from './copy.ts';
import { volumeQuery } from './queries.ts';
import { UsedBy } from './used-by.tsx';

/** Asks for the name of a new volume. */
export function CreateDialog({ onClose }: { onClose: () => void }) {
  const create = useCreate();
  const { command, text, name, nameHelp, confirm } = copy.create;
  return (
    <AskName
      title={command}
      text={text}
      label={name}
      help={nameHelp}
      confirm={confirm}
      path="body.name"
      change={create}
      copy={errorCopy}
      onClose={onClose}
    />
  );
}

/** Removes a volume under its typed name. */
export function RemoveDialog({ volume: { name }, onClose }: { volume: Volume; onClose: () => void }) {
  const remove = useRemove(name);
  const words = copy.remove;
  return (
    <RemoveByName
      name={name}
      title={words.title(name)}
      text={words.text}
      confirm={words.command}
      isBusy={remove.isPending}
      onConfirm={(typed) => remove.mutate(typed, { onSuccess: onClose })}
      onClose={onClose}
    />
  );
}

/** Everything about one volume. */
export function VolumeDialog({ name, onClose }: { name: string; onClose: () => void }) {
  const volume = useQuery(volumeQuery(name));
  const words = copy.detail;
  return (
    <Dialog isOpen isWide onClose={onClose} title={name}>
      <DataView query={volume} label={words.loading}>
        {({ driver, mountPoint, createdAt, sizeBytes, project, usedBy, options, labels }) => (
          <div className="-mx-4 flex max-h-[70dvh] flex-col gap-2 overflow-y-auto md:-mx-6">
            <FactList
              facts={[
                { term: words.driver, value: driver, isData: true },
                dataFact(words.place, [mountPoint]),
                ...(createdAt === null ? [] : [{ term: words.made, value: <Time at={createdAt} /> }]),
                sizeBytes === null
                  ? { term: words.size, value: copy.notCounted }
                  : { term: words.size, value: formatBytes(sizeBytes), isData: true },
                dataFact(words.project, [project ?? '']),
                { term: words.usedBy, value: <UsedBy holders={usedBy} /> },
              ]}
            />
            <DataPairs title={words.options} pairs={Object.entries(options)} />
            <DataPairs title={words.labels} pairs={Object.entries(labels)} />
          </div>
        )}
      </DataView>
    </Dialog>
  );
}
