import { Button, ErrorStrip, Field, Input } from '@nebula/ui';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Navigate, useNavigate, useSearch } from '@tanstack/react-router';
import { Fingerprint, LogIn } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { api, fieldProblem, signedIn, useSession } from '../../../web/feature.ts';
import type { SecondStep } from '../contract.ts';
import { troubleWith } from './changes.ts';
import { copy } from './copy.ts';
import { nextPath } from './next-path.ts';
import { rememberNext } from './next-place.ts';
import { useProviderStart, usePasskeySignIn } from './passkey-sign-in.ts';
import { PasswordInput } from './password-input.tsx';
import { CommandText, PublicCard } from './public-card.tsx';
import { waysQuery } from './queries.ts';
import { SecondStepForm } from './second-step-form.tsx';

/** Signing in, in one or two steps; goes on to the page that asked for it. */
export function SignInPage() {
  const client = useQueryClient();
  const navigate = useNavigate();
  const session = useSession();
  const search: { next?: string } = useSearch({ strict: false });
  const next = nextPath(search.next);
  const goOn = async () => await navigate({ to: next, replace: true });
  const [steps, setSteps] = useState<SecondStep[] | null>(null);
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const signIn = useMutation({
    mutationFn: () => api.account.signIn({ body: { email, password } }),
    onSuccess: async ({ secondStep, ...answer }) => {
      if (secondStep !== null) return setSteps(secondStep);
      signedIn(client, answer);
      await goOn();
    },
  });

  function submit(event: FormEvent): void {
    event.preventDefault();
    if (!signIn.isPending) signIn.mutate();
  }

  if (session.user !== null && !signIn.isSuccess) return <Navigate to={next} replace />;
  if (session.needsSetUp) return <Navigate to="/set-up" replace />;
  if (steps !== null) {
    return <SecondStepForm steps={steps} onDone={goOn} onAgain={() => setSteps(null)} />;
  }
  return (
    <PublicCard title={copy.signIn.title} lead={copy.signIn.lead}>
      <form onSubmit={submit} className="flex flex-col gap-6">
        {signIn.error !== null && <ErrorStrip trouble={troubleWith(signIn.error)} />}
        <Field label={copy.email} error={fieldProblem(signIn.error, 'body.email')}>
          {(control) => (
            <Input
              {...control}
              type="email"
              name="email"
              autoComplete="username"
              required
              autoFocus
              value={email}
              onChange={(event) => setEmail(event.target.value)}
            />
          )}
        </Field>
        <Field label={copy.password} error={fieldProblem(signIn.error, 'body.password')}>
          {(control) => (
            <PasswordInput
              {...control}
              name="password"
              autoComplete="current-password"
              required
              value={password}
              onChange={(event) => setPassword(event.target.value)}
            />
          )}
        </Field>
        <Button type="submit" tone="primary" isBusy={signIn.isPending} className="w-full">
          {copy.signIn.submit}
        </Button>
      </form>
      <OtherWays next={next} onDone={goOn} />
      <p className="mt-6 text-sm text-muted">
        {copy.signIn.help} <CommandText command={copy.resetCommand} />.
      </p>
    </PublicCard>
  );
}

/** Passkey and provider, where there are any; the form stands without waiting for them. */
function OtherWays({ next, onDone }: { next: string; onDone: () => Promise<void> }) {
  const ways = useQuery(waysQuery);
  const passkey = usePasskeySignIn(onDone);
  const provider = useProviderStart();
  const name = ways.data?.provider ?? null;
  const error = passkey.error ?? provider.error;
  if (ways.data === undefined || (!ways.data.passkeys && name === null)) return null;
  return (
    <div className="mt-6 flex flex-col gap-3">
      <p className="flex items-center gap-3 text-sm text-muted">
        <span aria-hidden className="h-px flex-1 bg-hairline" />
        {copy.signIn.or}
        <span aria-hidden className="h-px flex-1 bg-hairline" />
      </p>
      {error !== null && <ErrorStrip trouble={troubleWith(error)} />}
      {ways.data.passkeys && (
        <Button icon={Fingerprint} isBusy={passkey.isPending} onClick={() => passkey.mutate()}>
          {copy.signIn.passkey}
        </Button>
      )}
      {name !== null && (
        <Button
          icon={LogIn}
          isBusy={provider.isPending}
          onClick={() => {
            rememberNext(next);
            provider.mutate({ purpose: 'sign-in' });
          }}
        >
          {copy.signIn.provider(name)}
        </Button>
      )}
    </div>
  );
}
