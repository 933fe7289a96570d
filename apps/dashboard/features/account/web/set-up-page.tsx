import { ApiError } from '@nebula/contract/client';
import { Button, buttonClasses, Delayed, ErrorState, ErrorStrip, Field, Input, Skeleton } from '@nebula/ui';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, Navigate, useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { api, fieldProblem, sessionQuery, signedIn, troubleOf } from '../../../web/feature.ts';
import { NameField, NewPasswordField } from './account-fields.tsx';
import { copy, errorCopy } from './copy.ts';
import { CommandText, PublicCard } from './public-card.tsx';
import { takeLinkToken } from './link-token.ts';

/** Making the first account with the one-time link. */
export function SetUpPage() {
  const [token] = useState(takeLinkToken);
  const session = useQuery(sessionQuery);
  const [isRefused, setRefused] = useState(false);
  if (session.data === undefined) {
    return (
      <PublicCard title={copy.setUp.title}>
        {session.error === null ? (
          <Delayed>
            <Skeleton className="h-9" />
          </Delayed>
        ) : (
          <ErrorState trouble={troubleOf(session.error)} onRetry={() => void session.refetch()} />
        )}
      </PublicCard>
    );
  }
  if (session.data.user !== null) return <Navigate to="/" replace />;
  if (!session.data.needsSetUp) return <AlreadyDone />;
  if (isRefused) return <BadLink />;
  if (token === null) return <NoLink />;
  return <SetUpForm token={token} onRefused={() => setRefused(true)} />;
}

function SetUpForm({ token, onRefused }: { token: string; onRefused: () => void }) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const [name, setName] = useState('');
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const setUp = useMutation({
    mutationFn: () => api.account.setUp({ body: { token, name, email, password } }),
    onSuccess: async (answer) => {
      signedIn(client, answer);
      await navigate({ to: '/', replace: true });
    },
    onError: (error) => {
      if (!(error instanceof ApiError) || error.code !== 'SETUP_LINK_INVALID') return;
      // Somebody else may have used the link just now; then there is an account to sign in with.
      void client.invalidateQueries({ queryKey: sessionQuery.queryKey });
      onRefused();
    },
  });
  const { error } = setUp;

  function submit(event: FormEvent): void {
    event.preventDefault();
    if (!setUp.isPending) setUp.mutate();
  }

  return (
    <PublicCard title={copy.setUp.title} lead={copy.setUp.lead}>
      <form onSubmit={submit} className="flex flex-col gap-6">
        {error !== null && <ErrorStrip trouble={troubleOf(error, errorCopy)} />}
        <NameField value={name} onChange={setName} error={error} autoFocus />
        <Field label={copy.email} help={copy.setUp.emailHelp} error={fieldProblem(error, 'body.email')}>
          {(control) => (
            <Input
              {...control}
              type="email"
              name="email"
              autoComplete="username"
              required
              maxLength={254}
              value={email}
              onChange={(event) => setEmail(event.target.value)}
            />
          )}
        </Field>
        <NewPasswordField value={password} onChange={setPassword} error={error} />
        <Button type="submit" tone="primary" isBusy={setUp.isPending} className="w-full">
          {copy.setUp.submit}
        </Button>
      </form>
    </PublicCard>
  );
}

function AlreadyDone() {
  return (
    <PublicCard title={copy.setUp.done.title} lead={copy.setUp.done.text}>
      <Link to="/sign-in" className={`${buttonClasses('primary')} w-full`}>
        {copy.setUp.done.action}
      </Link>
    </PublicCard>
  );
}

function NoLink() {
  return (
    <PublicCard title={copy.setUp.noLink.title}>
      <p className="text-soft">{copy.setUp.noLink.text}</p>
      <p className="mt-4 text-soft">{copy.setUp.noLink.again}</p>
    </PublicCard>
  );
}

function BadLink() {
  return (
    <PublicCard title={copy.setUp.badLink.title} lead={copy.setUp.badLink.text}>
      <p className="text-soft">
        {copy.setUp.badLink.next} <CommandText />.
      </p>
    </PublicCard>
  );
}
