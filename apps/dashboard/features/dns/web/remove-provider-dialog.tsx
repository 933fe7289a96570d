import { Button, Dialog, ErrorStrip, Field, Input } from '@nebula/ui';
import { useState } from 'react';
import { troubleOf } from '../../../web/feature.ts';
import type { Provider } from '../contract.ts';
import { useRemoveProvider } from './changes.ts';
import { copy, errorCopy } from './copy.ts';
import { providerCopy as words } from './provider-copy.ts';

/** Forgets a provider whose name was typed. */
export function RemoveProviderDialog({ provider, onClose }: { provider: Provider; onClose: () => void }) {
  const remove = useRemoveProvider(provider);
  const [typedName, setTypedName] = useState('');
  const { name } = provider;
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={words.removeTitle(name)}
      description={words.removeText}
      actions={
        <>
          <Button onClick={onClose}>{copy.cancel}</Button>
          <Button
            tone="danger"
            className="disabled:opacity-50"
            disabled={typedName !== name}
            isBusy={remove.isPending}
            onClick={() => remove.mutate(typedName, { onSuccess: onClose })}
          >
            {words.removeConfirm}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        {remove.error !== null && <ErrorStrip trouble={troubleOf(remove.error, errorCopy)} />}
        <Field label={words.removeName(name)}>
          {(control) => (
            <Input
              {...control}
              value={typedName}
              autoComplete="off"
              spellCheck={false}
              onChange={(event) => setTypedName(event.target.value)}
            />
          )}
        </Field>
      </div>
    </Dialog>
  );
}
