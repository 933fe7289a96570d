import { Button, ConfirmDialog, StatusPill, Time } from '@nebula/ui';
import { ShieldCheck, ShieldOff } from 'lucide-react';
import { useState } from 'react';
import { api } from '../../../web/feature.ts';
import type { Security } from '../contract.ts';
import { useChange } from './changes.ts';
import { copy } from './copy.ts';
import { EnrolDialog } from './enrol-dialog.tsx';
import { RecoveryCodesDialog } from './recovery-codes-dialog.tsx';
import { SettingLine } from './setting-line.tsx';

const words = copy.twoStep;

/** Two-step sign-in and its recovery codes. */
export function TwoStepSection({ security }: { security: Security }) {
  const since = security.twoStepSince;
  const [open, setOpen] = useState<'none' | 'off'>('none');
  const [codes, setCodes] = useState<string[] | null>(null);
  const start = useChange<void, { secret: string; uri: string }>(() => api.account.startTwoStep(), {
    failed: () => words.notTurnedOn,
    touches: 'security',
  });
  const turnOff = useChange<void, undefined>(() => api.account.turnOffTwoStep(), {
    done: () => words.turnedOff,
    failed: () => words.notTurnedOff,
    touches: 'security',
  });
  const close = () => setOpen('none');
  return (
    <>
      <SettingLine
        title={words.title}
        state={
          since === null ? (
            <StatusPill tone="paused" icon={ShieldOff}>
              {words.off}
            </StatusPill>
          ) : (
            <StatusPill tone="up" icon={ShieldCheck}>
              {words.on}
            </StatusPill>
          )
        }
        actions={
          since === null ? (
            <Button isBusy={start.isPending} onClick={() => start.mutate()}>
              {words.turnOn}
            </Button>
          ) : (
            <Button onClick={() => setOpen('off')}>{words.turnOff}</Button>
          )
        }
      >
        {since === null ? (
          words.text
        ) : (
          <>
            {words.since} <Time at={since} />
          </>
        )}
      </SettingLine>
      {since !== null && <RecoveryLine left={security.recoveryCodesLeft} onCodes={setCodes} />}
      {start.data !== undefined && (
        <EnrolDialog
          {...start.data}
          onClose={start.reset}
          onCodes={(made) => {
            setCodes(made);
            start.reset();
          }}
        />
      )}
      <ConfirmDialog
        isOpen={open === 'off'}
        onClose={close}
        title={words.turnOffTitle}
        confirmLabel={words.turnOff}
        tone="danger"
        isBusy={turnOff.isPending}
        onConfirm={() => turnOff.mutate(undefined, { onSettled: close })}
      >
        {words.turnOffText}
      </ConfirmDialog>
      {codes !== null && <RecoveryCodesDialog codes={codes} onClose={() => setCodes(null)} />}
    </>
  );
}

function RecoveryLine({ left, onCodes }: { left: number; onCodes: (codes: string[]) => void }) {
  const [isAsking, setAsking] = useState(false);
  const renew = useChange(() => api.account.renewRecoveryCodes(), {
    failed: () => copy.recovery.notRenewed,
    touches: 'security',
  });
  return (
    <SettingLine
      title={copy.recovery.title}
      state={
        <span className={left > 3 ? 'text-sm font-normal text-muted' : 'text-sm font-normal text-warning'}>
          {copy.recovery.left(left)}
        </span>
      }
      actions={<Button onClick={() => setAsking(true)}>{copy.recovery.renew}</Button>}
    >
      {copy.recovery.text}
      <ConfirmDialog
        isOpen={isAsking}
        onClose={() => setAsking(false)}
        title={copy.recovery.renewTitle}
        confirmLabel={copy.recovery.renew}
        isBusy={renew.isPending}
        onConfirm={() =>
          renew.mutate(undefined, {
            onSuccess: ({ recoveryCodes }) => onCodes(recoveryCodes),
            onSettled: () => setAsking(false),
          })
        }
      >
        {copy.recovery.renewText}
      </ConfirmDialog>
    </SettingLine>
  );
}
