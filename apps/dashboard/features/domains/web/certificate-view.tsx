import { Button, EmptyState, FactList, Panel, PanelHeader, Time, useNow } from '@nebula/ui';
import { RefreshCw, ShieldQuestion } from 'lucide-react';
import { PageLink, useMay } from '../../../web/feature.ts';
import type { Domain } from '../contract.ts';
import { useRenew } from './changes.ts';
import { copy } from './copy.ts';
import { instantAt, lifeState, marks, shareOf } from './life.ts';
import { LifeBar } from './life-bar.tsx';
import { lifeLook } from './life-look.ts';
import { lifeWords } from './life-words.ts';
import { Pill } from './states.tsx';

const words = copy.certificate;

/** The certificate that was last seen: whose it is, how much of its life is over, and another one on request. */
export function CertificateView({ domain }: { domain: Domain }) {
  const { certificate, status } = domain;
  const now = useNow();
  const mayWrite = useMay('domains:write');
  const renew = useRenew(domain);
  if (certificate === null) {
    return (
      <Panel>
        <EmptyState icon={ShieldQuestion} title={words.none.title}>
          <p>{words.none.text}</p>
        </EmptyState>
      </Panel>
    );
  }
  const share = shareOf(certificate, now);
  return (
    <Panel aria-labelledby="domain-certificate">
      <PanelHeader
        id="domain-certificate"
        title={words.title}
        description={mayWrite && status === 'active' ? words.renew.help : undefined}
        actions={
          <>
            <Pill look={lifeLook(lifeState(share))} />
            {mayWrite && status === 'active' && (
              <Button icon={RefreshCw} isBusy={renew.isPending} onClick={() => renew.mutate()}>
                {words.renew.action}
              </Button>
            )}
          </>
        }
      />
      <div className="flex flex-col gap-2 px-4 pb-6 md:px-6">
        <p className="figures text-soft">{lifeWords.over(Math.round(share * 100))}</p>
        <LifeBar life={certificate} />
        <p className="text-sm text-muted">{words.marks}</p>
      </div>
      <FactList
        facts={[
          { term: words.issuer, value: certificate.issuer, isData: true },
          { term: words.from, value: <Time at={certificate.notBefore} /> },
          { term: words.renews, value: <Time at={instantAt(certificate, marks.due)} /> },
          { term: words.to, value: <Time at={certificate.notAfter} /> },
        ]}
      />
      <p className="px-4 py-3 md:px-6">
        <PageLink
          to={`/certificates/${domain.id}`}
          className="inline-flex min-h-11 items-center text-link underline-offset-4 hover:underline md:min-h-6"
        >
          {words.more}
        </PageLink>
      </p>
    </Panel>
  );
}
