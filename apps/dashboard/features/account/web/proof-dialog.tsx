import { Button, Dialog, ErrorStrip, Field, Input, LoadingRows } from '@nebula/ui';
import { useQuery } from '@tanstack/react-query';
import { Fingerprint, LogIn } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { api, type ProofDialogProps, useSession } from '../../../web/feature.ts';
import type { Security } from '../contract.ts';
import { troubleWith, useChange } from './changes.ts';
import { copy } from './copy.ts';
import { rememberNext } from './next-place.ts';
import { useProviderStart } from './passkey-sign-in.ts';
import { usePasskeyOf } from './passkeys.ts';
import { PasswordInput } from './password-input.tsx';
import { securityQuery } from './queries.ts';

const words = copy.proof;

/** Asks the person to prove again that it is them, in whichever way the account can. */
export function ProofDialog({ onAnswer }: ProofDialogProps) {
  const security = useQuery(securityQuery);
  const close = () => onAnswer(false);
  return (
    <Dialog isOpen onClose={close} title={words.title} description={words.text}>
      {security.data === undefined ? (
        security.error === null ? (
          <LoadingRows label={words.loading} />
        ) : (
          <ErrorStrip trouble={troubleWith(security.error)} onRetry={() => void security.refetch()} />
        )
      ) : (
        <Ways security={security.data} onProven={() => onAnswer(true)} />
      )}
    </Dialog>
  );
}

function Ways({ security, onProven }: { security: Security; onProven: () => void }) {
  const { hasPassword, passkeys, passkeyHost, provider } = security;
  const canUsePasskey = passkeys.some(({ host }) => host === passkeyHost);
  const isElsewhere = !hasPassword && !canUsePasskey && provider !== null && provider.isLinked;
  return (
    <div className="flex flex-col gap-4">
      {canUsePasskey && <PasskeyWay onProven={onProven} isFirst={!hasPassword} />}
      {hasPassword && <PasswordWay hasCode={security.twoStepSince !== null} onProven={onProven} />}
      {isElsewhere && <ProviderWay name={provider.name} />}
    </div>
  );
}

function PasswordWay({ hasCode, onProven }: { hasCode: boolean; onProven: () => void }) {
  const { user } = useSession();
  const [password, setPassword] = useState('');
  const [code, setCode] = useState('');
  const prove = useChange(
    () => api.account.proveAgain({ body: { password, ...(hasCode ? { code } : {}) } }),
    { touches: 'security' },
  );

  function submit(event: FormEvent): void {
    event.preventDefault();
    // The dialog may stand inside another form's page; its answer is its own.
    event.stopPropagation();
    if (!prove.isPending) prove.mutate(undefined, { onSuccess: onProven });
  }

  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      {prove.error !== null && <ErrorStrip trouble={troubleWith(prove.error)} />}
      <input type="email" autoComplete="username" value={user?.email ?? ''} readOnly hidden />
      <Field label={copy.password}>
        {(control) => (
          <PasswordInput
            {...control}
            name="password"
            autoComplete="current-password"
            required
            autoFocus
            value={password}
            onChange={(event) => setPassword(event.target.value)}
          />
        )}
      </Field>
      {hasCode && (
        <Field label={words.code}>
          {(control) => (
            <Input
              {...control}
              name="code"
              autoComplete="one-time-code"
              spellCheck={false}
              required
              maxLength={40}
              value={code}
              onChange={(event) => setCode(event.target.value)}
            />
          )}
        </Field>
      )}
      <Button type="submit" tone="primary" isBusy={prove.isPending}>
        {words.submit}
      </Button>
    </form>
  );
}

function PasskeyWay({ onProven, isFirst }: { onProven: () => void; isFirst: boolean }) {
  const prove = useChange(
    async () => {
      const { options } = await api.account.startPasskeyProof();
      return await api.account.proveWithPasskey({ body: await usePasskeyOf(options) });
    },
    { touches: 'security' },
  );
  return (
    <>
      {prove.error !== null && <ErrorStrip trouble={troubleWith(prove.error)} />}
      <Button
        tone={isFirst ? 'primary' : 'quiet'}
        icon={Fingerprint}
        isBusy={prove.isPending}
        onClick={() => prove.mutate(undefined, { onSuccess: onProven })}
      >
        {words.passkey}
      </Button>
    </>
  );
}

/** An account without password and passkey proves itself by signing in at its provider again. */
function ProviderWay({ name }: { name: string }) {
  const leave = useProviderStart();
  return (
    <>
      {leave.error !== null && <ErrorStrip trouble={troubleWith(leave.error)} />}
      <Button
        tone="primary"
        icon={LogIn}
        isBusy={leave.isPending}
        onClick={() => {
          rememberNext(`${window.location.pathname}${window.location.search}`);
          leave.mutate({ purpose: 'sign-in' });
        }}
      >
        {words.provider(name)}
      </Button>
    </>
  );
}
