import { Button, Dialog, ErrorStrip, TextField } from '@nebula/ui';
import { type FormEvent, useState } from 'react';
import { fieldProblem, troubleOf } from '../../../web/feature.ts';
import type { DdclientEntry } from '../contract.ts';
import { useTakeOver } from './changes.ts';
import { copy, errorCopy } from './copy.ts';

const words = copy.ddclient.dialog;

/** Asks before names are taken over, and says what becomes of ddclient's password. */
export function TakeOverDialog({
  entry,
  fingerprint,
  onClose,
}: {
  entry: DdclientEntry;
  fingerprint: string;
  onClose: () => void;
}) {
  const take = useTakeOver();
  const [providerName, setProviderName] = useState(`ddclient: ${entry.zone ?? entry.protocol}`);
  const isHeld = entry.providerId !== null;
  const zone = entry.zone ?? '';

  function submit(event: FormEvent): void {
    event.preventDefault();
    const { index, providerId } = entry;
    if (!take.isPending)
      take.mutate({ index, fingerprint, providerId, providerName }, { onSuccess: onClose });
  }

  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={words.title}
      description={words.text}
      actions={
        <>
          <Button onClick={onClose}>{copy.cancel}</Button>
          <Button type="submit" form="take-over" tone="primary" isBusy={take.isPending}>
            {words.submit}
          </Button>
        </>
      }
    >
      <form id="take-over" onSubmit={submit} className="flex flex-col gap-4">
        {take.error !== null && <ErrorStrip trouble={troubleOf(take.error, errorCopy)} />}
        <ul className="flex flex-col gap-1">
          {entry.names.map((name) => (
            <li key={name} translate="no" className="font-semibold break-all">
              {name}
            </li>
          ))}
        </ul>
        <p className="text-soft">{isHeld ? words.held(zone, entry.providerName ?? '') : words.adds(zone)}</p>
        {!isHeld && (
          <TextField
            label={words.provider}
            value={providerName}
            error={fieldProblem(take.error, 'body.name') ?? fieldProblem(take.error, 'body.providerName')}
            onChange={setProviderName}
          />
        )}
      </form>
    </Dialog>
  );
}
