import { Badge, Button, ConfirmDialog, EmptyState, Panel, PanelHeader, Time } from '@nebula/ui';
import { Fingerprint, Plus } from 'lucide-react';
import { useState } from 'react';
import { api } from '../../../web/feature.ts';
import type { Passkey, Security } from '../contract.ts';
import { useChange } from './changes.ts';
import { copy } from './copy.ts';
import { AddPasskeyDialog, RenamePasskeyDialog } from './passkey-dialogs.tsx';

const words = copy.passkeys;

/** Own passkeys: what each is called, where it works, when it was used. */
export function PasskeysPanel({ security }: { security: Security }) {
  const [isAdding, setAdding] = useState(false);
  const { passkeys, passkeyHost } = security;
  const add = (
    <Button icon={Plus} onClick={() => setAdding(true)}>
      {words.add}
    </Button>
  );
  return (
    <Panel aria-labelledby="account-passkeys">
      <PanelHeader
        id="account-passkeys"
        title={words.title}
        description={words.text}
        actions={passkeyHost !== null && passkeys.length > 0 && add}
      />
      {passkeys.length === 0 ? (
        <EmptyState icon={Fingerprint} title={words.none} action={passkeyHost !== null && add}>
          {passkeyHost === null && <p>{words.notHere}</p>}
        </EmptyState>
      ) : (
        <ul aria-label={words.title}>
          {passkeys.map((passkey) => (
            <PasskeyLine key={passkey.id} passkey={passkey} />
          ))}
        </ul>
      )}
      {isAdding && <AddPasskeyDialog onClose={() => setAdding(false)} />}
    </Panel>
  );
}

function PasskeyLine({ passkey }: { passkey: Passkey }) {
  const [open, setOpen] = useState<'none' | 'rename' | 'remove'>('none');
  const close = () => setOpen('none');
  const remove = useChange<void, undefined>(() => api.account.removePasskey({ params: { id: passkey.id } }), {
    done: () => words.removed(passkey.name),
    failed: () => words.notRemoved(passkey.name),
    touches: 'security',
  });
  return (
    <li className="flex flex-col gap-3 border-t border-hairline px-4 py-4 md:flex-row md:items-center md:gap-6 md:px-6">
      <div className="min-w-0 flex-1">
        <p className="truncate font-semibold" translate="no">
          {passkey.name}
        </p>
        <p className="mt-1 flex flex-wrap items-center gap-2 text-sm text-muted">
          <Badge>{words.at(passkey.host)}</Badge>
          {passkey.isSynced && <Badge>{words.synced}</Badge>}
          {passkey.lastUsedAt === null ? (
            <span>{words.neverUsed}</span>
          ) : (
            <span>
              {words.used} <Time at={passkey.lastUsedAt} />
            </span>
          )}
        </p>
      </div>
      <div className="flex gap-2">
        <Button className="flex-1" onClick={() => setOpen('rename')}>
          {words.rename}
        </Button>
        <Button className="flex-1" onClick={() => setOpen('remove')}>
          {words.remove}
        </Button>
      </div>
      {open === 'rename' && <RenamePasskeyDialog passkey={passkey} onClose={close} />}
      <ConfirmDialog
        isOpen={open === 'remove'}
        onClose={close}
        title={words.removeTitle(passkey.name)}
        confirmLabel={words.remove}
        tone="danger"
        isBusy={remove.isPending}
        onConfirm={() => remove.mutate(undefined, { onSettled: close })}
      >
        {words.removeText}
      </ConfirmDialog>
    </li>
  );
}
