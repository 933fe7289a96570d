import { Button, ErrorStrip, Field, Input } from '@nebula/ui';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Navigate, useNavigate, useSearch } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { api, fieldProblem, signedIn, troubleOf, useSession } from '../../../web/feature.ts';
import { copy, errorCopy } from './copy.ts';
import { nextPath } from './next-path.ts';
import { PasswordInput } from './password-input.tsx';
import { CommandText, PublicCard } from './public-card.tsx';

/** Signing in with e-mail and password; goes on to the page that asked for it. */
export function SignInPage() {
  const client = useQueryClient();
  const navigate = useNavigate();
  const session = useSession();
  const search: { next?: string } = useSearch({ strict: false });
  const next = nextPath(search.next);
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const signIn = useMutation({
    mutationFn: () => api.account.signIn({ body: { email, password } }),
    onSuccess: async (answer) => {
      signedIn(client, answer);
      await navigate({ to: next, replace: true });
    },
  });

  function submit(event: FormEvent): void {
    event.preventDefault();
    if (!signIn.isPending) signIn.mutate();
  }

  if (session.user !== null && !signIn.isSuccess) return <Navigate to={next} replace />;
  if (session.needsSetUp) return <Navigate to="/set-up" replace />;
  return (
    <PublicCard title={copy.signIn.title} lead={copy.signIn.lead}>
      <form onSubmit={submit} className="flex flex-col gap-6">
        {signIn.error !== null && <ErrorStrip trouble={troubleOf(signIn.error, errorCopy)} />}
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
        <p className="text-sm text-muted">
          {copy.signIn.help} <CommandText />.
        </p>
      </form>
    </PublicCard>
  );
}
