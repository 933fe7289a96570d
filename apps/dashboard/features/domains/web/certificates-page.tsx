import { buttonClasses, EmptyState, Panel, PanelHeader, Time, useNow } from '@nebula/ui';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { ShieldCheck } from 'lucide-react';
import { DataView, PageLink, useRowKeys } from '../../../web/feature.ts';
import type { Domain } from '../contract.ts';
import { certificatesCopy as words } from './copy.ts';
import { instantAt, lateShare, lifeState, renewShare, shareOf } from './life.ts';
import { LifeBar } from './life-bar.tsx';
import { lifeLook } from './looks.ts';
import { allDomainsQuery } from './queries.ts';
import { Pill } from './states.tsx';

type Certificate = NonNullable<Domain['certificate']>;
type Line = Pick<Domain, 'id' | 'name'> & { certificate: Certificate };

/** Every certificate in the order in which it is renewed. */
export function CertificatesPage() {
  const domains = useQuery(allDomainsQuery);
  const place = useRowKeys<HTMLElement>();
  return (
    <Panel ref={place} aria-labelledby="certificates">
      <PanelHeader id="certificates" title={words.heading} description={words.text} />
      <DataView query={domains} label={words.loading}>
        {(all) => {
          const lines = inOrder(all);
          if (lines.length === 0) return <Nothing />;
          return (
            <>
              <ul aria-label={words.heading}>
                {lines.map((line) => (
                  <CertificateLine key={line.id} line={line} />
                ))}
              </ul>
              {all.length > lines.length && (
                <p className="border-t border-hairline px-4 py-3 text-sm text-muted md:px-6">
                  {words.without(all.length - lines.length)}
                </p>
              )}
            </>
          );
        }}
      </DataView>
    </Panel>
  );
}

/** Those that are renewed first come first. */
function inOrder(domains: readonly Domain[]): Line[] {
  return domains
    .flatMap(({ id, name, certificate }) => (certificate === null ? [] : [{ id, name, certificate }]))
    .sort((one, other) =>
      instantAt(one.certificate, renewShare).localeCompare(instantAt(other.certificate, renewShare)),
    );
}

function CertificateLine({ line: { id, name, certificate } }: { line: Line }) {
  const now = useNow();
  const state = lifeState(shareOf(certificate, now));
  const dates = [
    [words.renews, instantAt(certificate, renewShare)],
    [words.late, instantAt(certificate, lateShare)],
    [words.expires, certificate.notAfter],
  ] as const;
  return (
    <li data-row className="flex flex-col gap-2 border-t border-hairline px-4 py-4 md:px-6">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <PageLink
          to={`/domains/${id}?view=certificate`}
          translate="no"
          className="min-h-11 min-w-0 truncate leading-11 font-semibold underline-offset-4 hover:text-link hover:underline md:min-h-6 md:leading-6"
        >
          <bdi>{name}</bdi>
        </PageLink>
        <Pill look={lifeLook(state)} />
        <bdi translate="no" className="min-w-0 truncate text-sm text-muted md:ml-auto">
          {certificate.issuer}
        </bdi>
      </div>
      <LifeBar life={certificate} />
      <dl className="flex flex-wrap gap-x-6 gap-y-1 text-sm">
        {dates.map(([term, at]) => (
          <div key={term} className="flex gap-2">
            <dt className="text-muted">{term}</dt>
            <dd className="text-soft">
              <Time at={at} />
            </dd>
          </div>
        ))}
      </dl>
    </li>
  );
}

function Nothing() {
  return (
    <EmptyState
      icon={ShieldCheck}
      title={words.none.title}
      action={
        <Link to="/domains" className={buttonClasses()}>
          {words.domains}
        </Link>
      }
    >
      <p>{words.none.text}</p>
    </EmptyState>
  );
}
