import { Button, Dialog, ErrorStrip, Field, Input } from '@nebula/ui';
import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { api, fieldProblem, sessionQuery } from '../../../web/feature.ts';
import type { User } from '../contract.ts';
import { troubleWith, useChange } from './changes.ts';
import { copy } from './copy.ts';

const words = copy.profile;

/** Changing one's own name and e-mail. */
export function ProfileDialog({ user, onClose }: { user: User; onClose: () => void }) {
  const client = useQueryClient();
  const [name, setName] = useState(user.name);
  const [email, setEmail] = useState(user.email);
  const save = useChange(() => api.account.changeProfile({ body: { name, email } }), {
    done: () => words.saved,
  });

  function submit(event: FormEvent): void {
    event.preventDefault();
    if (save.isPending) return;
    save.mutate(undefined, {
      onSuccess: () => {
        void client.invalidateQueries({ queryKey: sessionQuery.queryKey });
        onClose();
      },
    });
  }

  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={words.editTitle}
      actions={
        <>
          <Button onClick={onClose}>{copy.create.cancel}</Button>
          <Button type="submit" form="profile" tone="primary" isBusy={save.isPending}>
            {words.save}
          </Button>
        </>
      }
    >
      <form id="profile" onSubmit={submit} className="flex flex-col gap-6">
        {save.error !== null && <ErrorStrip trouble={troubleWith(save.error)} />}
        <Field label={copy.you.name} error={fieldProblem(save.error, 'body.name')}>
          {(control) => (
            <Input
              {...control}
              autoComplete="name"
              required
              maxLength={80}
              value={name}
              onChange={(event) => setName(event.target.value)}
            />
          )}
        </Field>
        <Field label={copy.email} help={words.emailHelp} error={fieldProblem(save.error, 'body.email')}>
          {(control) => (
            <Input
              {...control}
              type="email"
              autoComplete="username"
              required
              maxLength={254}
              value={email}
              onChange={(event) => setEmail(event.target.value)}
            />
          )}
        </Field>
      </form>
    </Dialog>
  );
}
