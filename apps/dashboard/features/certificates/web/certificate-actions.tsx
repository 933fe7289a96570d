import { Button, ConfirmDialog, Menu } from '@nebula/ui';
import { EllipsisVertical, Eye, FilePlus2, RefreshCw, ShieldPlus, Undo2 } from 'lucide-react';
import { useState } from 'react';
import { useMay } from '../../../web/feature.ts';
import type { Certificate } from '../contract.ts';
import { BringDialog } from './bring-dialog.tsx';
import { useHandBack, useLook, useRenew, useTakeOver } from './changes.ts';
import { copy } from './copy.ts';

/** What can be done with a certificate. */
export function CertificateActions({ one }: { one: Certificate }) {
  const { id, name, keeper } = one;
  const mayWrite = useMay('certificates:write');
  const [shown, setShown] = useState<'bring' | 'hand-back' | null>(null);
  const renew = useRenew(one);
  const takeOver = useTakeOver(one);
  const handBack = useHandBack(one);
  const look = useLook(id);
  if (!mayWrite) return null;
  const isWildcard = name.startsWith('*.');
  return (
    <div className="flex flex-wrap gap-2">
      {keeper !== 'own' && (
        <Button icon={RefreshCw} isBusy={renew.isPending} onClick={() => renew.mutate()}>
          {copy.renew.action}
        </Button>
      )}
      {keeper !== 'nebula' && (
        <Button icon={ShieldPlus} isBusy={takeOver.isPending} onClick={() => takeOver.mutate()}>
          {copy.takeOver.action}
        </Button>
      )}
      <Menu
        label={copy.more(name)}
        icon={EllipsisVertical}
        groups={[
          [
            { id: 'look', title: copy.look.action, icon: Eye, run: () => look.mutate() },
            { id: 'bring', title: copy.bring.action, icon: FilePlus2, run: () => setShown('bring') },
          ],
          keeper === 'proxy' || isWildcard
            ? []
            : [
                {
                  ...{ id: 'hand-back', title: copy.handBack.action, icon: Undo2 },
                  run: () => setShown('hand-back'),
                },
              ],
        ].filter((group) => group.length > 0)}
      />
      {shown === 'bring' && <BringDialog chosen={[id]} onClose={() => setShown(null)} />}
      {shown === 'hand-back' && (
        <ConfirmDialog
          isOpen
          title={copy.handBack.title(name)}
          confirmLabel={copy.handBack.action}
          isBusy={handBack.isPending}
          onClose={() => setShown(null)}
          onConfirm={() => handBack.mutate(undefined, { onSettled: () => setShown(null) })}
        >
          {copy.handBack.text}
        </ConfirmDialog>
      )}
    </div>
  );
}
