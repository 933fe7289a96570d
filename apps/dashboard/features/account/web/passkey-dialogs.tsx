import { Button, Dialog, ErrorStrip, Field, Input } from '@nebula/ui';
import { type FormEvent, useState } from 'react';
import { api, fieldProblem } from '../../../web/feature.ts';
import type { Passkey } from '../contract.ts';
import { troubleWith, useChange } from './changes.ts';
import { copy } from './copy.ts';
import { makePasskey } from './passkeys.ts';

const words = copy.passkeys;

/** Makes a passkey with this browser and gives it a name. */
export function AddPasskeyDialog({ onClose }: { onClose: () => void }) {
  const add = useChange(
    async (name: string) => {
      const { options } = await api.account.startPasskey();
      return await api.account.addPasskey({ body: { name, ...(await makePasskey(options)) } });
    },
    { done: (name) => words.added(name), touches: 'security' },
  );
  return (
    <NameDialog
      title={words.addTitle}
      submit={words.submit}
      start=""
      error={add.error}
      isBusy={add.isPending}
      onSubmit={(name) => add.mutate(name, { onSuccess: onClose })}
      onClose={onClose}
    />
  );
}

/** Gives a passkey another name. */
export function RenamePasskeyDialog({ passkey, onClose }: { passkey: Passkey; onClose: () => void }) {
  const rename = useChange(
    (name: string) => api.account.renamePasskey({ params: { id: passkey.id }, body: { name } }),
    { done: (name) => words.renamed(name), touches: 'security' },
  );
  return (
    <NameDialog
      title={words.renameTitle}
      submit={words.save}
      start={passkey.name}
      error={rename.error}
      isBusy={rename.isPending}
      onSubmit={(name) => rename.mutate(name, { onSuccess: onClose })}
      onClose={onClose}
    />
  );
}

interface NameDialogProps {
  title: string;
  submit: string;
  start: string;
  error: Error | null;
  isBusy: boolean;
  onSubmit: (name: string) => void;
  onClose: () => void;
}

function NameDialog({ title, submit, start, error, isBusy, onSubmit, onClose }: NameDialogProps) {
  const [name, setName] = useState(start);

  function send(event: FormEvent): void {
    event.preventDefault();
    if (!isBusy) onSubmit(name.trim());
  }

  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={title}
      actions={
        <>
          <Button onClick={onClose}>{copy.create.cancel}</Button>
          <Button type="submit" form="passkey-name" tone="primary" isBusy={isBusy}>
            {submit}
          </Button>
        </>
      }
    >
      <form id="passkey-name" onSubmit={send} className="flex flex-col gap-4">
        {error !== null && <ErrorStrip trouble={troubleWith(error)} />}
        <Field label={words.name} help={words.nameHelp} error={fieldProblem(error, 'body.name')}>
          {(control) => (
            <Input
              {...control}
              required
              autoFocus
              maxLength={60}
              value={name}
              onChange={(event) => setName(event.target.value)}
            />
          )}
        </Field>
      </form>
    </Dialog>
  );
}
