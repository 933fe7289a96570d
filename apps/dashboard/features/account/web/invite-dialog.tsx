import { Button, CopyButton, Dialog, ErrorStrip, Field, Input, Select } from '@nebula/ui';
import { type FormEvent, useState } from 'react';
import { api, fieldProblem } from '../../../web/feature.ts';
import { type Role, troubleWith, useChange } from './changes.ts';
import { copy } from './copy.ts';
import { RoleSelect } from './edit-user-dialog.tsx';

const words = copy.people.inviting;
const spans = [1, 3, 7, 30];

/** Invites somebody, then shows the link this once. */
export function InviteDialog({ onClose }: { onClose: () => void }) {
  const invite = useChange(
    (body: { email: string; role: Role; expiresInDays: number }) => api.account.invite({ body }),
    { touches: 'invitations' },
  );
  const [email, setEmail] = useState('');
  const [role, setRole] = useState<Role>('viewer');
  const [days, setDays] = useState(3);
  if (invite.data !== undefined) return <LinkDialog url={invite.data.url} onClose={onClose} />;

  function submit(event: FormEvent): void {
    event.preventDefault();
    if (!invite.isPending) invite.mutate({ email, role, expiresInDays: days });
  }

  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={words.title}
      actions={
        <>
          <Button onClick={onClose}>{copy.people.cancel}</Button>
          <Button type="submit" form="invite" tone="primary" isBusy={invite.isPending}>
            {words.submit}
          </Button>
        </>
      }
    >
      <form id="invite" onSubmit={submit} className="flex flex-col gap-6">
        {invite.error !== null && <ErrorStrip trouble={troubleWith(invite.error)} />}
        <Field label={copy.email} help={words.emailHelp} error={fieldProblem(invite.error, 'body.email')}>
          {(control) => (
            <Input
              {...control}
              type="email"
              autoComplete="off"
              required
              autoFocus
              maxLength={254}
              value={email}
              onChange={(event) => setEmail(event.target.value)}
            />
          )}
        </Field>
        <div className="grid gap-6 md:grid-cols-2">
          <Field label={copy.people.role}>
            {(control) => <RoleSelect control={control} role={role} onChange={setRole} />}
          </Field>
          <Field label={words.expiry}>
            {(control) => (
              <Select {...control} value={days} onChange={(event) => setDays(Number(event.target.value))}>
                {spans.map((span) => (
                  <option key={span} value={span}>
                    {words.days(span)}
                  </option>
                ))}
              </Select>
            )}
          </Field>
        </div>
      </form>
    </Dialog>
  );
}

function LinkDialog({ url, onClose }: { url: string; onClose: () => void }) {
  return (
    <Dialog
      isOpen
      isFirm
      onClose={onClose}
      title={words.onceTitle}
      description={words.onceText}
      actions={
        <Button tone="primary" onClick={onClose}>
          {words.done}
        </Button>
      }
    >
      <div className="flex items-center gap-2 rounded-md border border-edge bg-canvas py-1 pr-1 pl-3">
        <code aria-label={words.link} className="min-w-0 flex-1 font-mono text-sm break-all select-all">
          {url}
        </code>
        <CopyButton text={url} label={words.copy} />
      </div>
    </Dialog>
  );
}
