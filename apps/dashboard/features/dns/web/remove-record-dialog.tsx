import { Button, Dialog, ErrorStrip, Field, Input } from '@nebula/ui';
import { useState } from 'react';
import { troubleOf } from '../../../web/feature.ts';
import type { RecordSet } from '../contract.ts';
import { useRemove } from './changes.ts';
import { conflictIn } from './conflict.ts';
import { ConflictPanel, ValueList } from './conflict-panel.tsx';
import { copy, errorCopy } from './copy.ts';
import type { Place } from './queries.ts';

const words = copy.remove;

/** Removes records whose name was typed. */
export function RemoveRecordDialog({
  place,
  record,
  onClose,
}: {
  place: Place;
  record: RecordSet;
  onClose: () => void;
}) {
  const remove = useRemove(place);
  const [typedName, setTypedName] = useState('');
  const { name, type, version } = record;
  const conflict = conflictIn(remove.error);
  const send = (expected: string) =>
    remove.mutate({ name, type, expected, typedName }, { onSuccess: onClose });
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={words.title(name, type)}
      description={words.text}
      actions={
        <>
          <Button onClick={onClose}>{copy.cancel}</Button>
          <Button
            tone="danger"
            className="disabled:opacity-50"
            disabled={typedName !== name}
            isBusy={remove.isPending}
            onClick={() => send(version)}
          >
            {words.confirm}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        {remove.error !== null && conflict === null && (
          <ErrorStrip trouble={troubleOf(remove.error, errorCopy)} />
        )}
        {conflict !== null && (
          <ConflictPanel
            conflict={conflict}
            isBusy={remove.isPending}
            onMine={() => send(conflict.version)}
            onTheirs={onClose}
          />
        )}
        <ValueList values={record.values} />
        <Field label={words.name(name)}>
          {(control) => (
            <Input
              {...control}
              value={typedName}
              autoComplete="off"
              autoCapitalize="none"
              spellCheck={false}
              onChange={(event) => setTypedName(event.target.value)}
            />
          )}
        </Field>
      </div>
    </Dialog>
  );
}
