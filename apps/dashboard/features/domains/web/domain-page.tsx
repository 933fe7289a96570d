import { ApiError } from '@nebula/contract/client';
import { buttonClasses, classNames, EmptyState, Panel } from '@nebula/ui';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { Ghost } from 'lucide-react';
import { DataView, usePageTitle, useUrlFilter } from '../../../web/feature.ts';
import type { Domain } from '../contract.ts';
import { DomainActions } from './actions.tsx';
import { DomainsBackLink } from './domains-back-link.tsx';
import { CertificateView } from './certificate-view.tsx';
import { copy } from './copy.ts';
import { DnsView } from './dns-view.tsx';
import { EventsView } from './events-view.tsx';
import { readView, type View, views } from './filter.ts';
import { HealthView } from './health-view.tsx';
import { OverviewView } from './overview-view.tsx';
import { domainQuery } from './queries.ts';
import { RouteView } from './route-view.tsx';
import { StatusOf } from './states.tsx';
import { TargetWords } from './target-words.tsx';

/** One domain: how it stands, the steps that brought it there, and each of its parts. */
export function DomainPage() {
  const { id = '' }: { id?: string } = useParams({ strict: false });
  const domain = useQuery(domainQuery(id));
  const isGone = domain.error instanceof ApiError && domain.error.code === 'NOT_FOUND';
  if (isGone) return <Gone />;
  return (
    <>
      <DomainsBackLink />
      {domain.data === undefined ? (
        <Panel>
          <DataView query={domain} label={copy.loadingOne}>
            {() => null}
          </DataView>
        </Panel>
      ) : (
        <Loaded key={id} domain={domain.data} />
      )}
    </>
  );
}

function Loaded({ domain }: { domain: Domain }) {
  usePageTitle(domain.name);
  const [{ view }, change] = useUrlFilter(readView);
  return (
    <>
      <Panel aria-labelledby="domain-title">
        <header className="flex flex-wrap items-start justify-between gap-3 px-4 pt-4 pb-3 md:px-6">
          <div className="min-w-0 grow basis-60">
            <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
              <h2 id="domain-title" translate="no" className="min-w-0 text-lg break-all">
                {domain.name}
              </h2>
              <span role="status">
                <StatusOf domain={domain} />
              </span>
            </div>
            <p className="mt-1 truncate text-sm text-muted">
              <TargetWords target={domain.target} />
            </p>
          </div>
          <DomainActions domain={domain} />
        </header>
        <Tabs view={view} onChange={(next) => change({ view: next })} />
      </Panel>
      <Shown view={view} domain={domain} />
    </>
  );
}

function Tabs({ view, onChange }: { view: View; onChange: (view: View) => void }) {
  return (
    <nav aria-label={copy.views.label} className="flex flex-wrap gap-1 px-2 pb-2 md:px-4">
      {views.map((one) => (
        <button
          key={one}
          type="button"
          aria-current={one === view ? 'page' : undefined}
          onClick={() => onChange(one)}
          className={classNames(
            'inline-flex min-h-11 shrink-0 items-center rounded-md px-3 text-soft transition-colors hover:bg-raised hover:text-ink md:min-h-9',
            one === view && 'bg-raised font-semibold text-ink',
          )}
        >
          {copy.views[one]}
        </button>
      ))}
    </nav>
  );
}

function Shown({ view, domain }: { view: View; domain: Domain }) {
  switch (view) {
    case 'overview':
      return <OverviewView domain={domain} />;
    case 'route':
      return <RouteView domain={domain} />;
    case 'dns':
      return <DnsView domain={domain} />;
    case 'certificate':
      return <CertificateView domain={domain} />;
    case 'health':
      return <HealthView domain={domain} />;
    case 'events':
      return <EventsView id={domain.id} />;
    default:
      return view satisfies never;
  }
}

function Gone() {
  const { id = '' }: { id?: string } = useParams({ strict: false });
  usePageTitle(copy.gone.title);
  return (
    <>
      <Panel>
        <EmptyState
          icon={Ghost}
          title={copy.gone.title}
          action={
            <Link to="/domains" className={buttonClasses('primary')}>
              {copy.back}
            </Link>
          }
        >
          <p>{copy.gone.text}</p>
        </EmptyState>
      </Panel>
      <EventsView id={id} />
    </>
  );
}
