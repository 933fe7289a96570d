import { Button, buttonClasses, EmptyState, Panel, PanelHeader, StatusPill, Time } from '@nebula/ui';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { FilePlus2, ShieldCheck } from 'lucide-react';
import { useState } from 'react';
import { DataView, PageLink, useMay, useRowKeys } from '../../../web/feature.ts';
import { LifeBar } from '../../domains/web/index.ts';
import type { Certificate } from '../contract.ts';
import { AuthoritiesPanel } from './authorities-panel.tsx';
import { BringDialog } from './bring-dialog.tsx';
import { copy } from './copy.ts';
import { certificateLook } from './looks.ts';
import { certificatesQuery } from './queries.ts';
import { Timeline } from './timeline.tsx';

/** Every certificate in the order in which it is renewed, on one axis of the time ahead. */
export function CertificatesPage() {
  const certificates = useQuery(certificatesQuery);
  const mayWrite = useMay('certificates:write');
  const [isBringing, setIsBringing] = useState(false);
  const place = useRowKeys<HTMLElement>();
  const all = inOrder(certificates.data ?? []);
  return (
    <>
      <Panel ref={place} aria-labelledby="certificates">
        <PanelHeader
          id="certificates"
          title={copy.heading}
          description={copy.text}
          actions={
            mayWrite &&
            all.length > 0 && (
              <Button icon={FilePlus2} onClick={() => setIsBringing(true)}>
                {copy.bring.action}
              </Button>
            )
          }
        />
        <DataView query={certificates} label={copy.loading}>
          {() =>
            all.length === 0 ? (
              <Nothing />
            ) : (
              <>
                <Timeline certificates={all} />
                <ul aria-label={copy.heading}>
                  {all.map((one) => (
                    <CertificateLine key={one.id} one={one} />
                  ))}
                </ul>
              </>
            )
          }
        </DataView>
      </Panel>
      {all.length > 0 && <AuthoritiesPanel />}
      {isBringing && <BringDialog chosen={[]} onClose={() => setIsBringing(false)} />}
    </>
  );
}

/** What is bad comes first, then what is renewed first. */
function inOrder(certificates: readonly Certificate[]): Certificate[] {
  const isBad = ({ state }: Certificate) => state === 'missing' || state === 'expired';
  const at = ({ renewsAt, certificate }: Certificate) => renewsAt ?? certificate?.notAfter ?? '';
  return certificates.toSorted(
    (one, other) => Number(isBad(other)) - Number(isBad(one)) || at(one).localeCompare(at(other)),
  );
}

function CertificateLine({ one }: { one: Certificate }) {
  const { id, name, state, certificate, keeper } = one;
  const look = certificateLook(state);
  const dates = [
    [copy.renews, one.renewsAt],
    [copy.late, one.takesOverAt],
    [copy.expires, certificate?.notAfter ?? null],
  ] as const;
  return (
    <li data-row className="flex flex-col gap-2 border-t border-hairline px-4 py-4 md:px-6">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <PageLink
          to={`/certificates/${id}`}
          translate="no"
          className="min-h-11 min-w-0 truncate leading-11 font-semibold underline-offset-4 hover:text-link hover:underline md:min-h-6 md:leading-6"
        >
          <bdi>{name}</bdi>
        </PageLink>
        <StatusPill tone={look.tone} icon={look.icon}>
          {look.word}
        </StatusPill>
        <span className="text-sm text-muted">{copy.keepers[keeper]}</span>
        {certificate !== null && (
          <bdi translate="no" className="min-w-0 truncate text-sm text-muted md:ml-auto">
            {certificate.issuer}
          </bdi>
        )}
      </div>
      {certificate !== null && <LifeBar life={certificate} />}
      <dl className="flex flex-wrap gap-x-6 gap-y-1 text-sm">
        {dates.map(([term, at]) =>
          at === null ? null : (
            <div key={term} className="flex gap-2">
              <dt className="text-muted">{term}</dt>
              <dd className="text-soft">
                <Time at={at} />
              </dd>
            </div>
          ),
        )}
      </dl>
      {one.problem !== null && (
        <p translate="no" className="text-sm break-words text-danger">
          {one.problem}
        </p>
      )}
    </li>
  );
}

function Nothing() {
  return (
    <EmptyState
      icon={ShieldCheck}
      title={copy.none.title}
      action={
        <Link to="/domains" className={buttonClasses()}>
          {copy.domains}
        </Link>
      }
    >
      <p>{copy.none.text}</p>
    </EmptyState>
  );
}
