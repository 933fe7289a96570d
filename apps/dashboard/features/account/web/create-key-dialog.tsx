import { Button, Checkbox, CopyButton, Dialog, ErrorStrip, Field, Input, Select } from '@nebula/ui';
import { type FormEvent, useState } from 'react';
import { fieldProblem, useSession } from '../../../web/feature.ts';
import { copy } from './copy.ts';
import { type NewKey, type Role, troubleWith, useCreateKey } from './changes.ts';
import { rolesUpTo } from './roles.ts';

const everything = '*';
/** What neither `*` nor `account:*` includes. */
const skipStepUp = 'account:skip-step-up';
const lifetimes: { days: number | null; title: string }[] = [
  { days: 7, title: copy.create.days(7) },
  { days: 30, title: copy.create.days(30) },
  { days: 90, title: copy.create.days(90) },
  { days: 365, title: copy.create.year },
  { days: null, title: copy.create.noExpiry },
];

/** Makes an API key, then shows it once. */
export function CreateKeyDialog({ onClose }: { onClose: () => void }) {
  const create = useCreateKey();
  if (create.data !== undefined) return <TokenDialog token={create.data.token} onClose={onClose} />;
  return (
    <KeyForm
      error={create.error}
      isBusy={create.isPending}
      onSubmit={(key) => create.mutate(key)}
      onClose={onClose}
    />
  );
}

interface KeyFormProps {
  error: Error | null;
  isBusy: boolean;
  onSubmit: (key: NewKey) => void;
  onClose: () => void;
}

function KeyForm({ error, isBusy, onSubmit, onClose }: KeyFormProps) {
  const { user, permissions } = useSession();
  const roles = rolesUpTo(user?.role ?? 'viewer');
  const [name, setName] = useState('');
  const [role, setRole] = useState<Role>('viewer');
  const [scopes, setScopes] = useState<string[]>([]);
  const [days, setDays] = useState<number | null>(90);
  const [isTried, setTried] = useState(false);

  function submit(event: FormEvent): void {
    event.preventDefault();
    setTried(true);
    if (!isBusy && scopes.length > 0) onSubmit({ name, role, scopes, expiresInDays: days });
  }

  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={copy.create.title}
      actions={
        <>
          <Button onClick={onClose}>{copy.create.cancel}</Button>
          <Button type="submit" form="new-key" tone="primary" isBusy={isBusy}>
            {copy.create.submit}
          </Button>
        </>
      }
    >
      <form id="new-key" onSubmit={submit} className="flex flex-col gap-6">
        {error !== null && <ErrorStrip trouble={troubleWith(error)} />}
        <Field label={copy.create.name} help={copy.create.nameHelp} error={fieldProblem(error, 'body.name')}>
          {(control) => (
            <Input
              {...control}
              required
              maxLength={80}
              value={name}
              onChange={(event) => setName(event.target.value)}
            />
          )}
        </Field>
        <div className="grid gap-6 md:grid-cols-2">
          <Field
            label={copy.create.role}
            help={copy.create.roleHelp}
            error={fieldProblem(error, 'body.role')}
          >
            {(control) => (
              <Select
                {...control}
                value={role}
                onChange={(event) => setRole(roles.find((one) => one === event.target.value) ?? 'viewer')}
              >
                {roles.map((one) => (
                  <option key={one} value={one}>
                    {copy.roles[one]}
                  </option>
                ))}
              </Select>
            )}
          </Field>
          <Field label={copy.create.expiry} error={fieldProblem(error, 'body.expiresInDays')}>
            {(control) => (
              <Select
                {...control}
                value={String(days)}
                onChange={(event) =>
                  setDays(lifetimes.find((one) => String(one.days) === event.target.value)?.days ?? null)
                }
              >
                {lifetimes.map((one) => (
                  <option key={one.title} value={String(one.days)}>
                    {one.title}
                  </option>
                ))}
              </Select>
            )}
          </Field>
        </div>
        <ScopeChoice
          permissions={permissions}
          scopes={scopes}
          onChange={setScopes}
          error={isTried && scopes.length === 0 ? copy.create.noScope : fieldProblem(error, 'body.scopes')}
        />
      </form>
    </Dialog>
  );
}

interface ScopeChoiceProps {
  permissions: string[];
  scopes: string[];
  onChange: (scopes: string[]) => void;
  error: string | undefined;
}

function ScopeChoice({ permissions, scopes, onChange, error }: ScopeChoiceProps) {
  const isEverything = scopes.includes(everything);
  const kept = scopes.filter((scope) => scope === skipStepUp);
  const toggle = (scope: string) =>
    onChange(scopes.includes(scope) ? scopes.filter((one) => one !== scope) : [...scopes, scope]);
  return (
    <fieldset aria-describedby="scopes-error">
      <legend className="mb-1 text-sm font-medium text-soft">{copy.create.scopes}</legend>
      <Checkbox
        label={copy.create.everything}
        help={copy.create.everythingHelp}
        checked={isEverything}
        onChange={() => onChange([...(isEverything ? [] : [everything]), ...kept])}
      />
      <div className="grid md:grid-cols-2">
        {permissions
          .filter((permission) => permission !== skipStepUp)
          .map((permission) => (
            <Checkbox
              key={permission}
              label={permission}
              isLabelData
              checked={isEverything || scopes.includes(permission)}
              disabled={isEverything}
              onChange={() => toggle(permission)}
            />
          ))}
      </div>
      {permissions.includes(skipStepUp) && (
        <Checkbox
          label={copy.create.skipStepUp}
          help={copy.create.skipStepUpHelp}
          checked={kept.length > 0}
          onChange={() => toggle(skipStepUp)}
        />
      )}
      <p id="scopes-error" aria-live="polite" className="mt-1 text-sm text-danger empty:hidden">
        {error !== undefined && <span ref={bringIntoView}>{error}</span>}
      </p>
    </fieldset>
  );
}

/** The list of scopes is long: what is said below it would not be seen. */
function bringIntoView(words: HTMLElement | null): void {
  words?.scrollIntoView({ block: 'nearest' });
}

function TokenDialog({ token, onClose }: { token: string; onClose: () => void }) {
  const { once } = copy.create;
  return (
    <Dialog
      isOpen
      isFirm
      onClose={onClose}
      title={once.title}
      description={once.text}
      actions={
        <Button tone="primary" onClick={onClose}>
          {once.done}
        </Button>
      }
    >
      <div className="flex items-center gap-2 rounded-md border border-edge bg-canvas py-1 pr-1 pl-3">
        <code aria-label={once.label} className="min-w-0 flex-1 font-mono text-sm break-all select-all">
          {token}
        </code>
        <CopyButton text={token} label={once.copy} />
      </div>
    </Dialog>
  );
}
