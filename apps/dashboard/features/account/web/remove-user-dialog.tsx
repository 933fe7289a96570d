import { Button, Dialog, ErrorStrip, Field, Input } from '@nebula/ui';
import { type FormEvent, useState } from 'react';
import { api } from '../../../web/feature.ts';
import type { ListedUser } from '../contract.ts';
import { troubleWith, useChange } from './changes.ts';
import { copy } from './copy.ts';

const words = copy.people;

/** Removes an account once its address was typed. */
export function RemoveUserDialog({ user, onClose }: { user: ListedUser; onClose: () => void }) {
  const [email, setEmail] = useState('');
  const remove = useChange<void, undefined>(
    () => api.account.removeUser({ params: { id: user.id }, query: { email } }),
    { done: () => words.removed(user.email) },
  );

  function submit(event: FormEvent): void {
    event.preventDefault();
    if (email === user.email && !remove.isPending) remove.mutate(undefined, { onSuccess: onClose });
  }

  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={words.removeTitle(user.email)}
      description={words.removeText}
      actions={
        <>
          <Button data-safe-answer onClick={onClose}>
            {words.cancel}
          </Button>
          <Button
            type="submit"
            form="remove-user"
            tone="danger"
            isBusy={remove.isPending}
            disabled={email !== user.email}
          >
            {words.remove}
          </Button>
        </>
      }
    >
      <form id="remove-user" onSubmit={submit} className="flex flex-col gap-4">
        {remove.error !== null && <ErrorStrip trouble={troubleWith(remove.error)} />}
        <Field label={words.typeEmail(user.email)}>
          {(control) => (
            <Input
              {...control}
              autoComplete="off"
              spellCheck={false}
              value={email}
              onChange={(event) => setEmail(event.target.value)}
            />
          )}
        </Field>
      </form>
    </Dialog>
  );
}
