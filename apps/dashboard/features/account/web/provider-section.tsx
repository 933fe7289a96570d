import { Button, StatusPill } from '@nebula/ui';
import { Link2, LogIn } from 'lucide-react';
import { api, notify } from '../../../web/feature.ts';
import type { Security } from '../contract.ts';
import { troubleWith, useChange } from './changes.ts';
import { copy } from './copy.ts';
import { useProviderStart } from './passkey-sign-in.ts';
import { SettingLine } from './setting-line.tsx';

const words = copy.provider;

/** The sign-in provider: whether this account is linked to one there. */
export function ProviderSection({ provider }: { provider: NonNullable<Security['provider']> }) {
  const leave = useProviderStart();
  const unlink = useChange<void, undefined>(() => api.account.unlinkProvider(), {
    done: () => words.unlinked,
    failed: () => words.notUnlinked,
    touches: 'security',
  });
  const link = () =>
    leave.mutate(
      { purpose: 'link' },
      {
        onError: (error) => {
          const { sentence, nextStep } = troubleWith(error);
          notify({ kind: 'error', title: words.notStarted, description: `${sentence} ${nextStep}` });
        },
      },
    );
  return (
    <SettingLine
      title={words.section}
      state={
        provider.isLinked && (
          <StatusPill tone="up" icon={Link2}>
            {words.linked(provider.email ?? '')}
          </StatusPill>
        )
      }
      actions={
        provider.isLinked ? (
          <Button isBusy={unlink.isPending} onClick={() => unlink.mutate()}>
            {words.unlink}
          </Button>
        ) : (
          <Button icon={LogIn} isBusy={leave.isPending} onClick={link}>
            {words.link(provider.name)}
          </Button>
        )
      }
    >
      <p>{words.sectionText(provider.name)}</p>
      {!provider.isLinked && <p>{words.notLinked}</p>}
    </SettingLine>
  );
}
