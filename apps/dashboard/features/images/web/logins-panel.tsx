import {
  Button,
  ConfirmDialog,
  Dialog,
  ErrorStrip,
  Field,
  IconButton,
  Input,
  Panel,
  PanelHeader,
  Time,
} from '@nebula/ui';
import { KeyRound, Pencil, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { DataView, fieldProblem, troubleOf, usePages } from '../../../web/feature.ts';
import type { RegistryLogin } from '../contract.ts';
import { useRemoveLogin, useSaveLogin } from './changes.ts';
import { copy, errorCopy } from './copy.ts';
import { loginsQuery } from './queries.ts';

const words = copy.logins;

/** The registries whose login is kept. */
export function LoginsPanel() {
  const list = usePages(loginsQuery);
  const [edited, setEdited] = useState<Pick<RegistryLogin, 'registry' | 'username'> | null>(null);
  const [doomed, setDoomed] = useState<RegistryLogin | null>(null);
  return (
    <Panel aria-labelledby="registry-logins">
      <PanelHeader
        id="registry-logins"
        title={words.title}
        description={words.text}
        actions={
          <Button icon={KeyRound} onClick={() => setEdited({ registry: '', username: '' })}>
            {words.add}
          </Button>
        }
      />
      <DataView query={list} label={words.loading}>
        {() =>
          (list.rows ?? []).length === 0 ? (
            <p className="px-4 pb-6 text-soft md:px-6">{words.none}</p>
          ) : (
            <ul className="pb-2">
              {list.rows?.map((login) => (
                <li
                  key={login.id}
                  className="flex flex-wrap items-center gap-x-4 gap-y-1 border-t border-hairline px-4 py-2 md:px-6"
                >
                  <span className="min-w-0 font-medium break-all" translate="no">
                    {login.registry}
                  </span>
                  <bdi className="min-w-0 break-all text-soft" translate="no">
                    {login.username}
                  </bdi>
                  <span className="ml-auto text-sm text-muted">
                    {words.changed} <Time at={login.updatedAt} />
                  </span>
                  <IconButton
                    icon={Pencil}
                    label={`${words.replace}: ${login.registry}`}
                    onClick={() => setEdited(login)}
                  />
                  <IconButton
                    icon={Trash2}
                    label={words.remove(login.registry)}
                    onClick={() => setDoomed(login)}
                  />
                </li>
              ))}
            </ul>
          )
        }
      </DataView>
      {edited !== null && <LoginDialog before={edited} onClose={() => setEdited(null)} />}
      {doomed !== null && <RemoveDialog login={doomed} onClose={() => setDoomed(null)} />}
    </Panel>
  );
}

function LoginDialog({
  before,
  onClose,
}: {
  before: Pick<RegistryLogin, 'registry' | 'username'>;
  onClose: () => void;
}) {
  const save = useSaveLogin();
  const [registry, setRegistry] = useState(before.registry);
  const [username, setUsername] = useState(before.username);
  const [password, setPassword] = useState('');
  const formId = 'registry-login';
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={words.add}
      actions={
        <>
          <Button onClick={onClose}>{words.cancel}</Button>
          <Button type="submit" form={formId} tone="primary" isBusy={save.isPending}>
            {words.save}
          </Button>
        </>
      }
    >
      <form
        id={formId}
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          save.mutate({ registry: registry.trim(), username, password }, { onSuccess: onClose });
        }}
      >
        <Field
          label={words.registry}
          help={words.registryHelp}
          error={fieldProblem(save.error, 'body.registry')}
        >
          {(control) => (
            <Input
              {...control}
              required
              value={registry}
              spellCheck={false}
              autoCapitalize="none"
              onChange={(event) => setRegistry(event.target.value)}
            />
          )}
        </Field>
        <Field label={words.username} error={fieldProblem(save.error, 'body.username')}>
          {(control) => (
            <Input
              {...control}
              required
              value={username}
              autoComplete="off"
              onChange={(event) => setUsername(event.target.value)}
            />
          )}
        </Field>
        <Field label={words.password} error={fieldProblem(save.error, 'body.password')}>
          {(control) => (
            <Input
              {...control}
              required
              type="password"
              value={password}
              autoComplete="new-password"
              onChange={(event) => setPassword(event.target.value)}
            />
          )}
        </Field>
        {save.error !== null && <ErrorStrip trouble={troubleOf(save.error, errorCopy)} />}
      </form>
    </Dialog>
  );
}

function RemoveDialog({ login, onClose }: { login: RegistryLogin; onClose: () => void }) {
  const remove = useRemoveLogin(login);
  return (
    <ConfirmDialog
      isOpen
      onClose={onClose}
      title={words.removeTitle(login.registry)}
      confirmLabel={words.removeConfirm}
      cancelLabel={words.cancel}
      tone="danger"
      isBusy={remove.isPending}
      onConfirm={() => remove.mutate(undefined, { onSettled: onClose })}
    >
      {words.removeText}
    </ConfirmDialog>
  );
}
