import { Button, ErrorStrip, Field, Input } from '@nebula/ui';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Fingerprint } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { api, signedIn } from '../../../web/feature.ts';
import type { SecondStep } from '../contract.ts';
import { troubleWith } from './changes.ts';
import { copy } from './copy.ts';
import { usePasskeySignIn } from './passkey-sign-in.ts';
import { PublicCard } from './public-card.tsx';

/** Props of {@link SecondStepForm}. */
export interface SecondStepFormProps {
  steps: SecondStep[];
  onDone: () => Promise<void>;
  /** Back to the first step. */
  onAgain: () => void;
}

/** The second step of a sign-in: a code of the app, a recovery code, or a passkey instead. */
export function SecondStepForm({ steps, onDone, onAgain }: SecondStepFormProps) {
  const client = useQueryClient();
  const [isRecovery, setRecovery] = useState(false);
  const [code, setCode] = useState('');
  const take = useMutation({
    mutationFn: () => api.account.takeSecondStep({ body: { code } }),
    onSuccess: async (answer) => {
      signedIn(client, answer);
      await onDone();
    },
  });
  const passkey = usePasskeySignIn(onDone);
  const error = take.error ?? passkey.error;
  const words = copy.secondStep;

  function submit(event: FormEvent): void {
    event.preventDefault();
    if (!take.isPending) take.mutate();
  }

  return (
    <PublicCard title={words.title} lead={words.lead}>
      <form onSubmit={submit} className="flex flex-col gap-6">
        {error !== null && <ErrorStrip trouble={troubleWith(error)} />}
        <Field
          label={isRecovery ? words.recovery : words.app}
          help={isRecovery ? words.recoveryHelp : words.appHelp}
        >
          {(control) => (
            <Input
              {...control}
              key={isRecovery ? 'recovery' : 'app'}
              name="code"
              autoComplete="one-time-code"
              inputMode={isRecovery ? 'text' : 'numeric'}
              spellCheck={false}
              required
              autoFocus
              maxLength={40}
              value={code}
              onChange={(event) => setCode(event.target.value)}
            />
          )}
        </Field>
        <Button type="submit" tone="primary" isBusy={take.isPending} className="w-full">
          {words.submit}
        </Button>
      </form>
      <div className="mt-6 flex flex-col gap-2">
        {steps.includes('passkey') && (
          <Button icon={Fingerprint} isBusy={passkey.isPending} onClick={() => passkey.mutate()}>
            {words.usePasskey}
          </Button>
        )}
        {steps.includes('recovery-code') && (
          <Button
            tone="ghost"
            onClick={() => {
              setRecovery(!isRecovery);
              setCode('');
            }}
          >
            {isRecovery ? words.useApp : words.useRecovery}
          </Button>
        )}
        <Button tone="ghost" onClick={onAgain}>
          {words.again}
        </Button>
      </div>
    </PublicCard>
  );
}
