import { ApiError } from '@nebula/contract/client';
import { Button, Checkbox, Dialog, ErrorStrip, Field, Input, Select } from '@nebula/ui';
import { type FormEvent, useState } from 'react';
import { api, fieldProblem } from '../../../web/feature.ts';
import type { ListedUser } from '../contract.ts';
import { type Role, troubleWith, useChange } from './changes.ts';
import { copy } from './copy.ts';
import { rolesUpTo } from './roles.ts';
import { type UserFields, UserVersions } from './user-versions.tsx';

const words = copy.people;

/** Changes an account. When somebody else did so in the meantime, both versions are shown and nothing is lost. */
export function EditUserDialog({ user, onClose }: { user: ListedUser; onClose: () => void }) {
  const [seen, setSeen] = useState<{ version: number; fields: UserFields }>({
    version: user.version,
    fields: fieldsOf(user),
  });
  const [fields, setFields] = useState(seen.fields);
  const set = (change: Partial<UserFields>) => setFields({ ...fields, ...change });
  const save = useChange(
    (version: number) =>
      api.account.changeUser({ params: { id: user.id }, body: { version, ...changed(seen.fields, fields) } }),
    { done: () => words.done(user.email), touches: 'users' },
  );
  const current = currentIn(save.error);
  const send = (version: number) => !save.isPending && save.mutate(version, { onSuccess: onClose });

  function submit(event: FormEvent): void {
    event.preventDefault();
    send(seen.version);
  }

  if (current !== null) {
    return (
      <Dialog
        isOpen
        isWide
        onClose={onClose}
        title={words.conflictTitle}
        description={words.conflictText}
        actions={
          <>
            <Button
              onClick={() => {
                setSeen(current);
                setFields(current.fields);
                save.reset();
              }}
            >
              {words.takeTheirs}
            </Button>
            <Button tone="primary" isBusy={save.isPending} onClick={() => send(current.version)}>
              {words.keepMine}
            </Button>
          </>
        }
      >
        <UserVersions
          yours={{ ...current.fields, ...changed(seen.fields, fields) }}
          current={current.fields}
        />
      </Dialog>
    );
  }
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={words.editTitle}
      actions={
        <>
          <Button onClick={onClose}>{words.cancel}</Button>
          <Button type="submit" form="edit-user" tone="primary" isBusy={save.isPending}>
            {words.save}
          </Button>
        </>
      }
    >
      <form id="edit-user" onSubmit={submit} className="flex flex-col gap-6">
        {save.error !== null && <ErrorStrip trouble={troubleWith(save.error)} />}
        <Field label={copy.you.name} error={fieldProblem(save.error, 'body.name')}>
          {(control) => (
            <Input
              {...control}
              required
              maxLength={80}
              value={fields.name}
              onChange={(event) => set({ name: event.target.value })}
            />
          )}
        </Field>
        <Field label={copy.email} error={fieldProblem(save.error, 'body.email')}>
          {(control) => (
            <Input
              {...control}
              type="email"
              required
              maxLength={254}
              value={fields.email}
              onChange={(event) => set({ email: event.target.value })}
            />
          )}
        </Field>
        <Field label={words.role}>
          {(control) => (
            <RoleSelect control={control} role={fields.role} onChange={(role) => set({ role })} />
          )}
        </Field>
        <Checkbox
          label={words.disabled}
          help={words.disableText}
          checked={fields.isDisabled}
          onChange={(event) => set({ isDisabled: event.target.checked })}
        />
      </form>
    </Dialog>
  );
}

/** A choice among all roles. */
export function RoleSelect({
  control,
  role,
  onChange,
}: {
  control: object;
  role: Role;
  onChange: (role: Role) => void;
}) {
  const roles = rolesUpTo('admin');
  return (
    <Select
      {...control}
      value={role}
      onChange={(event) => onChange(roles.find((one) => one === event.target.value) ?? 'viewer')}
    >
      {roles.map((one) => (
        <option key={one} value={one}>
          {copy.roles[one]}
        </option>
      ))}
    </Select>
  );
}

function fieldsOf({ name, email, role, isDisabled }: ListedUser): UserFields {
  return { name, email, role, isDisabled };
}

/** Only what differs from what was seen is sent, so that two changes of different things do not undo each other. */
function changed(seen: UserFields, wanted: UserFields): Partial<UserFields> {
  return {
    ...(wanted.name === seen.name ? {} : { name: wanted.name }),
    ...(wanted.email === seen.email ? {} : { email: wanted.email }),
    ...(wanted.role === seen.role ? {} : { role: wanted.role }),
    ...(wanted.isDisabled === seen.isDisabled ? {} : { isDisabled: wanted.isDisabled }),
  };
}

/** What is there now, when the change was refused because of it. */
function currentIn(error: unknown): { version: number; fields: UserFields } | null {
  if (!(error instanceof ApiError) || error.code !== 'CONFLICT') return null;
  const { version, name, email, role, isDisabled } = error.problem.data ?? {};
  const known = rolesUpTo('admin').find((one) => one === role);
  if (typeof version !== 'number' || known === undefined) return null;
  return {
    version,
    fields: { name: String(name), email: String(email), role: known, isDisabled: isDisabled === true },
  };
}
