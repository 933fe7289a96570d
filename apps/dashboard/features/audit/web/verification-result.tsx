import { ErrorStrip, IconButton, Panel } from '@nebula/ui';
import { ShieldAlert, ShieldCheck, X } from 'lucide-react';
import { troubleOf } from '../../../web/feature.ts';
import { copy } from './copy.ts';
import type { useVerification } from './verification.ts';

/** What the check of the record found. */
export function VerificationResult({ verification }: { verification: ReturnType<typeof useVerification> }) {
  const { data, error, isPending, reset, mutate } = verification;
  if (isPending) return null;
  if (error !== null) {
    return (
      <Panel className="p-4 md:px-6">
        <p className="mb-3 font-semibold">{copy.verify.failed}</p>
        <ErrorStrip trouble={troubleOf(error)} onRetry={() => mutate()} />
      </Panel>
    );
  }
  if (data === undefined) return null;
  const isSound = data.findings.length === 0;
  const Icon = isSound ? ShieldCheck : ShieldAlert;
  return (
    <Panel
      role={isSound ? 'status' : 'alert'}
      className={`flex items-start gap-4 p-4 md:px-6 ${isSound ? 'border-success!' : 'border-danger!'}`}
    >
      <Icon aria-hidden size={22} className={`mt-0.5 shrink-0 ${isSound ? 'text-success' : 'text-danger'}`} />
      <div className="min-w-0 flex-1">
        <p className="font-semibold">{isSound ? copy.verify.sound : copy.verify.broken}</p>
        <p className="mt-1 text-soft">
          {isSound
            ? copy.verify.soundText(data.entries, data.seals)
            : copy.verify.brokenText(data.findings.length, data.entries)}
        </p>
        {!isSound && (
          <ul className="mt-3 flex flex-col gap-2">
            {data.findings.map(({ kind, subject, message }) => (
              <li key={`${kind} ${subject}`}>
                <span className="font-medium text-danger">{copy.verify.kinds[kind]}</span>{' '}
                <code className="font-mono text-xs break-all">{subject}</code>
                <span translate="no" className="block text-sm text-soft">
                  {message}
                </span>
              </li>
            ))}
          </ul>
        )}
      </div>
      <IconButton icon={X} label={copy.verify.dismiss} onClick={reset} className="-mt-1 -mr-2" />
    </Panel>
  );
}
