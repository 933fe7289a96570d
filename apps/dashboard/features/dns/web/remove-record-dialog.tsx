import type { RecordSet } from '../contract.ts';
import { useRemove } from './changes.ts';
import { conflictIn } from './conflict.ts';
import { ConflictPanel, ValueList } from './conflict-panel.tsx';
import { copy } from './copy.ts';
import type { Place } from './queries.ts';
import { TypedNameDialog } from './typed-name-dialog.tsx';

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
  const { name, type, version } = record;
  const conflict = conflictIn(remove.error);
  const send = (expected: string) =>
    remove.mutate({ name, type, expected, typedName: name }, { onSuccess: onClose });
  return (
    <TypedNameDialog
      title={words.title(name, type)}
      text={words.text}
      name={name}
      label={words.name(name)}
      confirmLabel={words.confirm}
      isBusy={remove.isPending}
      error={remove.error}
      onConfirm={() => send(version)}
      onClose={onClose}
    >
      {conflict === null ? (
        <ValueList values={record.values} />
      ) : (
        <ConflictPanel
          conflict={conflict}
          isBusy={remove.isPending}
          onMine={() => send(conflict.version)}
          onTheirs={onClose}
        />
      )}
    </TypedNameDialog>
  );
}
