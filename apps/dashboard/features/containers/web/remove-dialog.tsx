import { Button, Checkbox, Dialog } from '@nebula/ui';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { TypedName, useMay } from '../../../web/feature.ts';
import type { Asked } from './asked.ts';
import { useVerb } from './changes.ts';
import { copy } from './copy.ts';
import { containerQuery } from './queries.ts';

/** Removes a container whose name was typed; a volume goes only when its own name was typed too. */
export function RemoveDialog({ asked, onClose }: { asked: Asked; onClose: () => void }) {
  const words = copy.verbs.remove;
  const { id, name, state } = asked.target;
  const verb = useVerb(asked);
  const container = useQuery(containerQuery(id));
  const [typedName, setTypedName] = useState('');
  const [typed, setTyped] = useState<Record<string, string>>({});
  const [isForced, setForced] = useState(false);
  const isRunning = state === 'running' || state === 'paused' || state === 'restarting';
  const mayRemoveVolumes = useMay('containers:remove-volumes');
  const volumes = [...new Set(container.data?.mounts.flatMap((mount) => mount.name ?? []) ?? [])];
  const doomed = volumes.filter((volume) => typed[volume] === volume);
  const isReady = typedName === name && (!isRunning || isForced);
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={words.title(name)}
      description={`${words.text} ${doomed.length === 0 ? words.volumesStay : ''}`}
      actions={
        <>
          <Button onClick={onClose}>{copy.cancel}</Button>
          <Button
            tone="danger"
            className="disabled:opacity-50"
            disabled={!isReady}
            isBusy={verb.isPending}
            onClick={() => verb.mutate({ typedName, isForced, volumes: doomed }, { onSuccess: onClose })}
          >
            {words.command}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        <TypedName label={words.name(name)} value={typedName} onChange={setTypedName} />
        {isRunning && (
          <Checkbox
            label={words.force}
            checked={isForced}
            onChange={(event) => setForced(event.target.checked)}
          />
        )}
        {mayRemoveVolumes && volumes.length > 0 && (
          <fieldset className="flex flex-col gap-3">
            <legend className="font-medium">{words.volumes}</legend>
            <p className="text-sm text-muted">{words.volumesHelp}</p>
            {volumes.map((volume) => (
              <TypedName
                key={volume}
                label={words.volume(volume)}
                value={typed[volume] ?? ''}
                onChange={(text) => setTyped({ ...typed, [volume]: text })}
              />
            ))}
          </fieldset>
        )}
      </div>
    </Dialog>
  );
}
