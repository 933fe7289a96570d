import { Button, buttonClasses, Delayed, ErrorState, ErrorStrip, Skeleton } from '@nebula/ui';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { api, sessionQuery } from '../../../web/feature.ts';
import { NewPasswordField } from './account-fields.tsx';
import { troubleWith } from './changes.ts';
import { copy } from './copy.ts';
import { InvalidLink, isInvalid } from './invitation-page.tsx';
import { takeLinkToken } from './link-token.ts';
import { CommandText, PublicCard } from './public-card.tsx';

const words = copy.reset;

/** Setting a new password with the link that the server's owner made. */
export function ResetPage() {
  const [token] = useState(takeLinkToken);
  const link = useQuery({
    queryKey: ['account', 'reset', token],
    queryFn: ({ signal }) => api.account.viewReset({ body: { token: token ?? '' }, signal }),
    enabled: token !== null,
    retry: false,
    gcTime: 0,
  });
  if (token === null) {
    return (
      <PublicCard title={words.noLink.title}>
        <p className="text-soft">
          {words.noLink.text} <CommandText command={copy.resetCommand} />.
        </p>
      </PublicCard>
    );
  }
  if (link.error !== null && isInvalid(link.error)) return <InvalidLink />;
  if (link.data === undefined) {
    return (
      <PublicCard title={words.title}>
        {link.error === null ? (
          <Delayed>
            <p className="sr-only">{words.loading}</p>
            <Skeleton className="h-9" />
          </Delayed>
        ) : (
          <ErrorState trouble={troubleWith(link.error)} onRetry={() => void link.refetch()} />
        )}
      </PublicCard>
    );
  }
  return <ResetForm token={token} {...link.data} />;
}

interface ResetFormProps {
  token: string;
  email: string;
  clearsFactors: boolean;
  keepsKeys: boolean;
}

function ResetForm({ token, email, clearsFactors, keepsKeys }: ResetFormProps) {
  const client = useQueryClient();
  const [password, setPassword] = useState('');
  const reset = useMutation({
    mutationFn: () => api.account.useReset({ body: { token, password } }),
    // Whoever was signed in here with this account is not any more.
    onSuccess: () => client.invalidateQueries({ queryKey: sessionQuery.queryKey }),
  });
  const { error } = reset;
  if (reset.isSuccess) {
    return (
      <PublicCard title={words.done.title} lead={words.done.text}>
        <Link to="/sign-in" className={`${buttonClasses('primary')} w-full`}>
          {words.done.action}
        </Link>
      </PublicCard>
    );
  }
  if (isInvalid(error)) return <InvalidLink />;

  function submit(event: FormEvent): void {
    event.preventDefault();
    if (!reset.isPending) reset.mutate();
  }

  return (
    <PublicCard title={words.title} lead={words.lead(email)}>
      <form onSubmit={submit} className="flex flex-col gap-6">
        {error !== null && <ErrorStrip trouble={troubleWith(error)} />}
        <p className="text-sm text-soft">{keepsKeys ? words.keysStay : words.keysEnd}</p>
        {clearsFactors && <p className="text-sm text-warning">{words.factors}</p>}
        <input type="email" name="email" autoComplete="username" value={email} readOnly hidden />
        <NewPasswordField value={password} onChange={setPassword} error={error} autoFocus />
        <Button type="submit" tone="primary" isBusy={reset.isPending} className="w-full">
          {words.submit}
        </Button>
      </form>
    </PublicCard>
  );
}
