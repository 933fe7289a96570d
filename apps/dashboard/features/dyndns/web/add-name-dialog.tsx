import { Button, Dialog, ErrorStrip, TextField } from '@nebula/ui';
import { type FormEvent, useState } from 'react';
import { fieldProblem, troubleOf } from '../../../web/feature.ts';
import { useAddName } from './changes.ts';
import { copy, errorCopy } from './copy.ts';

const words = copy.names;

/** Lets a name follow this machine. */
export function AddNameDialog({ onClose }: { onClose: () => void }) {
  const add = useAddName();
  const [name, setName] = useState('');

  function submit(event: FormEvent): void {
    event.preventDefault();
    if (!add.isPending) add.mutate(name, { onSuccess: onClose });
  }

  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={words.add}
      actions={
        <>
          <Button onClick={onClose}>{copy.cancel}</Button>
          <Button type="submit" form="add-name" tone="primary" isBusy={add.isPending}>
            {words.addSubmit}
          </Button>
        </>
      }
    >
      <form id="add-name" onSubmit={submit} className="flex flex-col gap-4">
        {add.error !== null && <ErrorStrip trouble={troubleOf(add.error, errorCopy)} />}
        <TextField
          label={words.name}
          help={words.nameHelp}
          value={name}
          error={fieldProblem(add.error, 'body.name')}
          onChange={setName}
        />
      </form>
    </Dialog>
  );
}
