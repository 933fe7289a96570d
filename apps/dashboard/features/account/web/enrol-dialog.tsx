import { Button, CopyButton, Dialog, ErrorStrip, Field, Input, LoadingRows } from '@nebula/ui';
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, lazy, Suspense, useState } from 'react';
import { api } from '../../../web/feature.ts';
import { troubleWith, useChange } from './changes.ts';
import { copy } from './copy.ts';

const words = copy.twoStep.enrol;
const QrCode = lazy(async () => ({ default: (await import('./qr-code.tsx')).QrCode }));

/** Props of {@link EnrolDialog}. */
export interface EnrolDialogProps {
  onClose: () => void;
  onCodes: (recoveryCodes: string[]) => void;
}

/** Turns two-step sign-in on: a secret to scan, and a first code that proves that it arrived. */
export function EnrolDialog({ onClose, onCodes }: EnrolDialogProps) {
  const [code, setCode] = useState('');
  const secret = useQuery({
    queryKey: ['account-two-step-secret'],
    queryFn: () => api.account.startTwoStep(),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    retry: false,
  });
  const confirm = useChange(() => api.account.confirmTwoStep({ body: { code } }), { touches: 'security' });
  const error = secret.error ?? confirm.error;

  function submit(event: FormEvent): void {
    event.preventDefault();
    if (confirm.isPending) return;
    confirm.mutate(undefined, { onSuccess: ({ recoveryCodes }) => onCodes(recoveryCodes) });
  }

  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={words.title}
      description={words.text}
      actions={
        <>
          <Button onClick={onClose}>{copy.create.cancel}</Button>
          <Button type="submit" form="enrol" tone="primary" isBusy={confirm.isPending}>
            {words.submit}
          </Button>
        </>
      }
    >
      <form id="enrol" onSubmit={submit} className="flex flex-col gap-4">
        {error !== null && <ErrorStrip trouble={troubleWith(error)} />}
        {secret.data === undefined ? (
          secret.error === null && <LoadingRows label={words.loading} />
        ) : (
          <>
            <div className="mx-auto size-52">
              <Suspense>
                <QrCode text={secret.data.uri} label={words.picture} />
              </Suspense>
            </div>
            <div>
              <p className="text-sm text-muted">{words.bySecret}</p>
              <p className="mt-1 flex items-center gap-2">
                <code className="min-w-0 flex-1 font-mono text-sm break-all select-all">
                  {secret.data.secret}
                </code>
                <CopyButton text={secret.data.secret} label={words.copySecret} />
              </p>
            </div>
          </>
        )}
        <Field label={words.code}>
          {(control) => (
            <Input
              {...control}
              name="code"
              autoComplete="one-time-code"
              inputMode="numeric"
              required
              maxLength={10}
              value={code}
              onChange={(event) => setCode(event.target.value)}
            />
          )}
        </Field>
      </form>
    </Dialog>
  );
}
