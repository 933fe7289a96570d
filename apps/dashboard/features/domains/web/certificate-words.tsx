import { Time, toneInk, useNow } from '@nebula/ui';
import type { Domain } from '../contract.ts';
import { copy } from './copy.ts';
import { lifeState, shareOf } from './life.ts';
import { LifeBar } from './life-bar.tsx';
import { lifeLook } from './life-look.ts';

/** When a certificate expires, with its life as a bar. */
export function CertificateWords({ certificate }: Pick<Domain, 'certificate'>) {
  const now = useNow();
  if (certificate === null) return <span className="text-muted">{copy.facts.noCertificate}</span>;
  const share = shareOf(certificate, now);
  const state = lifeState(share);
  const look = lifeLook(state);
  return (
    <div className="flex max-w-48 flex-col gap-1">
      <span className="flex flex-wrap items-baseline justify-between gap-x-2 text-sm text-soft">
        <Time at={certificate.notAfter} />
        {state !== 'fresh' && <span className={toneInk(look.tone)}>{look.word}</span>}
      </span>
      <LifeBar life={certificate} />
    </div>
  );
}
