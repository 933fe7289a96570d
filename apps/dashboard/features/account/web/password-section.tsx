import { Button, Dialog, ErrorStrip, Field } from '@nebula/ui';
import { type FormEvent, useState } from 'react';
import { api, fieldProblem, useSession } from '../../../web/feature.ts';
import { troubleWith, useChange } from './changes.ts';
import { copy } from './copy.ts';
import { PasswordInput } from './password-input.tsx';
import { SettingLine } from './setting-line.tsx';

const words = copy.changePassword;

/** The password: whether there is one, and the way to change it. */
export function PasswordSection({ hasPassword }: { hasPassword: boolean }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <SettingLine
      title={words.title}
      actions={<Button onClick={() => setOpen(true)}>{hasPassword ? words.change : words.set}</Button>}
    >
      {hasPassword ? words.text : words.none}
      {isOpen && <PasswordDialog hasPassword={hasPassword} onClose={() => setOpen(false)} />}
    </SettingLine>
  );
}

function PasswordDialog({ hasPassword, onClose }: { hasPassword: boolean; onClose: () => void }) {
  const { user } = useSession();
  const [currentPassword, setCurrent] = useState('');
  const [newPassword, setNew] = useState('');
  const change = useChange(
    () => api.account.changePassword({ body: { newPassword, ...(hasPassword ? { currentPassword } : {}) } }),
    { done: () => words.done },
  );

  function submit(event: FormEvent): void {
    event.preventDefault();
    if (!change.isPending) change.mutate(undefined, { onSuccess: onClose });
  }

  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={hasPassword ? words.change : words.set}
      description={words.text}
      actions={
        <>
          <Button onClick={onClose}>{copy.create.cancel}</Button>
          <Button type="submit" form="password" tone="primary" isBusy={change.isPending}>
            {hasPassword ? words.change : words.set}
          </Button>
        </>
      }
    >
      <form id="password" onSubmit={submit} className="flex flex-col gap-6">
        {change.error !== null && <ErrorStrip trouble={troubleWith(change.error)} />}
        <input type="email" autoComplete="username" value={user?.email ?? ''} readOnly hidden />
        {hasPassword && (
          <Field label={words.current} error={fieldProblem(change.error, 'body.currentPassword')}>
            {(control) => (
              <PasswordInput
                {...control}
                autoComplete="current-password"
                required
                value={currentPassword}
                onChange={(event) => setCurrent(event.target.value)}
              />
            )}
          </Field>
        )}
        <Field
          label={copy.setUp.newPassword}
          help={copy.setUp.passwordHelp}
          error={fieldProblem(change.error, 'body.newPassword')}
        >
          {(control) => (
            <PasswordInput
              {...control}
              autoComplete="new-password"
              required
              minLength={12}
              maxLength={256}
              value={newPassword}
              onChange={(event) => setNew(event.target.value)}
            />
          )}
        </Field>
      </form>
    </Dialog>
  );
}
