import { Button, CopyButton, Dialog, ErrorStrip, Field, Input } from '@nebula/ui';
import { type FormEvent, lazy, Suspense, useState } from 'react';
import { api } from '../../../web/feature.ts';
import { troubleWith, useChange } from './changes.ts';
import { copy } from './copy.ts';

const words = copy.twoStep.enrol;
const QrCode = lazy(async () => ({ default: (await import('./qr-code.tsx')).QrCode }));

/** Props of {@link EnrolDialog}. */
export interface EnrolDialogProps {
  /** What the server made; asked for once, since asking again makes it void. */
  secret: string;
  /** The same for a camera. */
  uri: string;
  onClose: () => void;
  onCodes: (recoveryCodes: string[]) => void;
}

/** Turns two-step sign-in on: a secret to scan, and a first code that proves that it arrived. */
export function EnrolDialog({ secret, uri, onClose, onCodes }: EnrolDialogProps) {
  const [code, setCode] = useState('');
  const confirm = useChange(() => api.account.confirmTwoStep({ body: { code } }), { touches: 'security' });
  const { error } = confirm;

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
        <div className="mx-auto size-52">
          <Suspense>
            <QrCode text={uri} label={words.picture} />
          </Suspense>
        </div>
        <div>
          <p className="text-sm text-muted">{words.bySecret}</p>
          <p className="mt-1 flex items-center gap-2">
            <code className="min-w-0 flex-1 font-mono text-sm break-all select-all">{secret}</code>
            <CopyButton text={secret} label={words.copySecret} />
          </p>
        </div>
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
