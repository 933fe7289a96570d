import { ApiError } from '@nebula/contract/client';
import { Button, Delayed, ErrorState, ErrorStrip, Field, Input, Skeleton } from '@nebula/ui';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { LogIn } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { api, signedIn } from '../../../web/feature.ts';
import { NameField, NewPasswordField } from './account-fields.tsx';
import { troubleWith } from './changes.ts';
import { copy } from './copy.ts';
import { takeLinkToken } from './link-token.ts';
import { useProviderStart } from './passkey-sign-in.ts';
import { PublicCard } from './public-card.tsx';

const words = copy.invitation;

/** Making an account with an invitation link. */
export function InvitationPage() {
  const [token] = useState(takeLinkToken);
  const invitation = useQuery({
    queryKey: ['account', 'invitation', token],
    queryFn: ({ signal }) => api.account.viewInvitation({ body: { token: token ?? '' }, signal }),
    enabled: token !== null,
    retry: false,
    gcTime: 0,
  });
  if (token === null) {
    return (
      <PublicCard title={words.noLink.title}>
        <p className="text-soft">{words.noLink.text}</p>
      </PublicCard>
    );
  }
  if (invitation.error !== null && isInvalid(invitation.error)) return <InvalidLink />;
  if (invitation.data === undefined) {
    return (
      <PublicCard title={words.title}>
        {invitation.error === null ? (
          <Delayed>
            <p className="sr-only">{words.loading}</p>
            <Skeleton className="h-9" />
          </Delayed>
        ) : (
          <ErrorState trouble={troubleWith(invitation.error)} onRetry={() => void invitation.refetch()} />
        )}
      </PublicCard>
    );
  }
  return <InvitationForm token={token} {...invitation.data} />;
}

/** What is shown for a link that was used, withdrawn or has expired. */
export function InvalidLink() {
  return (
    <PublicCard title={copy.linkInvalid.title}>
      <p className="text-soft">{copy.linkInvalid.text}</p>
    </PublicCard>
  );
}

/** Whether the server says that a link does not work any more. */
export function isInvalid(error: unknown): boolean {
  return error instanceof ApiError && error.code === 'LINK_INVALID';
}

interface InvitationFormProps {
  token: string;
  email: string;
  role: keyof typeof copy.roles;
  invitedBy: string | null;
  provider: string | null;
}

function InvitationForm({ token, email, role, invitedBy, provider }: InvitationFormProps) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const leave = useProviderStart();
  const accept = useMutation({
    mutationFn: () => api.account.acceptInvitation({ body: { token, name, password } }),
    onSuccess: async (answer) => {
      signedIn(client, answer);
      await navigate({ to: '/', replace: true });
    },
  });
  const error = accept.error ?? leave.error;
  if (isInvalid(error)) return <InvalidLink />;

  function submit(event: FormEvent): void {
    event.preventDefault();
    if (!accept.isPending) accept.mutate();
  }

  return (
    <PublicCard title={words.title} lead={words.lead(invitedBy, copy.roles[role])}>
      <form onSubmit={submit} className="flex flex-col gap-6">
        {error !== null && <ErrorStrip trouble={troubleWith(error)} />}
        <Field label={copy.email}>
          {(control) => (
            <Input {...control} type="email" name="email" autoComplete="username" readOnly value={email} />
          )}
        </Field>
        <NameField value={name} onChange={setName} error={error} autoFocus />
        <NewPasswordField value={password} onChange={setPassword} error={error} />
        <Button type="submit" tone="primary" isBusy={accept.isPending} className="w-full">
          {words.submit}
        </Button>
        {provider !== null && (
          <Button
            icon={LogIn}
            isBusy={leave.isPending}
            onClick={() => leave.mutate({ purpose: 'sign-in', invitationToken: token })}
          >
            {copy.signIn.provider(provider)}
          </Button>
        )}
      </form>
    </PublicCard>
  );
}
