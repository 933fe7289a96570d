import { ApiError } from '@nebula/contract/client';
import {
  buttonClasses,
  EmptyState,
  type Fact,
  FactList,
  Panel,
  PanelHeader,
  StatusPill,
  Time,
} from '@nebula/ui';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { Ghost } from 'lucide-react';
import { BackLink, DataView, PageLink, usePageTitle } from '../../../web/feature.ts';
import type { Certificate, CertificateOrder, SeenCertificate } from '../contract.ts';
import { CertificateActions } from './certificate-actions.tsx';
import { copy } from './copy.ts';
import { LifeBar } from './life-bar.tsx';
import { certificateLook, orderLook } from './looks.ts';
import { certificateQuery } from './queries.ts';

type Detail = Certificate & { history: SeenCertificate[]; orders: CertificateOrder[] };

/** One certificate: how it stands, what is done with it, and those seen before. */
export function CertificatePage() {
  const { id = '' }: { id?: string } = useParams({ strict: false });
  const certificate = useQuery(certificateQuery(id));
  const isGone = certificate.error instanceof ApiError && certificate.error.code === 'NOT_FOUND';
  return (
    <>
      <BackLink to="/certificates">{copy.back}</BackLink>
      {isGone ? (
        <Gone />
      ) : certificate.data === undefined ? (
        <Panel>
          <DataView query={certificate} label={copy.loadingOne}>
            {() => null}
          </DataView>
        </Panel>
      ) : (
        <Loaded one={certificate.data} />
      )}
    </>
  );
}

function Loaded({ one }: { one: Detail }) {
  const { id, name, state, certificate, keeper, problem, failures } = one;
  usePageTitle(name);
  const look = certificateLook(state);
  return (
    <>
      <Panel aria-labelledby="certificate-title">
        <header className="flex flex-wrap items-start justify-between gap-3 px-4 pt-4 pb-3 md:px-6">
          <div className="min-w-0 grow basis-60">
            <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
              <h2 id="certificate-title" translate="no" className="min-w-0 text-lg break-all">
                {name}
              </h2>
              <span role="status">
                <StatusPill tone={look.tone} icon={look.icon}>
                  {look.word}
                </StatusPill>
              </span>
            </div>
            <p className="mt-1 text-sm text-muted">{copy.keeperHelp[keeper]}</p>
          </div>
          <CertificateActions one={one} />
        </header>
        {problem !== null && (
          <div role="note" className="mx-4 mb-4 rounded-md bg-raised px-3 py-2 text-sm md:mx-6">
            <p className="font-medium text-danger">{copy.problem(failures)}</p>
            <p translate="no" className="mt-1 break-words text-soft">
              {problem}
            </p>
          </div>
        )}
        {certificate !== null && (
          <div className="flex flex-col gap-2 px-4 pb-6 md:px-6">
            <p className="figures text-soft">{copy.life(Math.round(one.share * 100))}</p>
            <LifeBar life={certificate} />
          </div>
        )}
        <FactList facts={factsOf(one)} />
        <p className="px-4 py-3 md:px-6">
          <PageLink
            to={`/domains/${id}`}
            className="inline-flex min-h-11 items-center text-link underline-offset-4 hover:underline md:min-h-6"
          >
            {copy.domain}
          </PageLink>
        </p>
      </Panel>
      <History history={one.history} />
      <Orders orders={one.orders} />
    </>
  );
}

function factsOf(one: Detail): Fact[] {
  const words = copy.facts;
  const { certificate, keeper, window, renewsAt, takesOverAt, nextTryAt, distrust } = one;
  const facts: Fact[] = [{ term: words.keeper, value: copy.keepers[keeper] }];
  if (certificate !== null) {
    const { issuer, names, serial, fingerprint, notBefore, notAfter, chain } = certificate;
    facts.push(
      { term: words.issuer, value: issuer, isData: true },
      { term: words.names, value: <Data text={names.join(', ')} />, isData: true },
      { term: words.trust, value: distrust === null ? words.trusted : <Data text={distrust} /> },
      { term: words.from, value: <Time at={notBefore} /> },
      { term: words.to, value: <Time at={notAfter} /> },
      { term: words.serial, value: <Data text={serial} />, isData: true },
      { term: words.fingerprint, value: <Data text={fingerprint} />, isData: true },
      {
        term: words.chain,
        value: <Data text={chain.map(({ subject }) => subject).join(' ← ')} />,
        isData: true,
      },
    );
  }
  if (renewsAt !== null) facts.push({ term: words.renews, value: <Time at={renewsAt} /> });
  if (takesOverAt !== null) facts.push({ term: words.takesOver, value: <Time at={takesOverAt} /> });
  if (window !== null) {
    facts.push({
      term: words.window,
      value: (
        <span>
          {words.between} <Time at={window.start} /> {words.and} <Time at={window.end} />
        </span>
      ),
    });
  }
  if (nextTryAt !== null) facts.push({ term: words.nextTry, value: <Time at={nextTryAt} /> });
  if (one.seenAt !== null) facts.push({ term: words.seen, value: <Time at={one.seenAt} /> });
  return facts;
}

function Data({ text }: { text: string }) {
  return (
    <bdi translate="no" className="min-w-0 break-all">
      {text}
    </bdi>
  );
}

function History({ history }: { history: readonly SeenCertificate[] }) {
  const words = copy.history;
  return (
    <Panel aria-labelledby="certificate-history">
      <PanelHeader id="certificate-history" title={words.title} description={words.text} />
      {history.length === 0 && <p className="px-4 pb-6 text-muted md:px-6">{words.none}</p>}
      <ol>
        {history.map((one) => (
          <li
            key={one.fingerprint}
            className="flex flex-col gap-1 border-t border-hairline px-4 py-3 md:px-6"
          >
            <div className="flex flex-wrap items-baseline gap-x-3">
              <bdi translate="no" className="font-medium">
                {one.issuer}
              </bdi>
              <span className="text-sm text-muted">{copy.keepers[one.keeper]}</span>
            </div>
            <bdi translate="no" className="text-sm break-all text-muted">
              {one.serial}
            </bdi>
            <p className="text-sm text-soft">
              {words.lasted} <Time at={one.firstSeenAt} /> {words.until} <Time at={one.lastSeenAt} />
            </p>
          </li>
        ))}
      </ol>
    </Panel>
  );
}

function Orders({ orders }: { orders: readonly CertificateOrder[] }) {
  const words = copy.orders;
  return (
    <Panel aria-labelledby="certificate-orders">
      <PanelHeader id="certificate-orders" title={words.title} />
      {orders.length === 0 && <p className="px-4 pb-6 text-muted md:px-6">{words.none}</p>}
      <ol>
        {orders.map(({ id, directory, method, isRehearsal, state, problem, createdAt }) => {
          const look = orderLook(state);
          return (
            <li key={id} className="flex flex-col gap-1 border-t border-hairline px-4 py-3 md:px-6">
              <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
                <StatusPill tone={look.tone} icon={look.icon}>
                  {look.word}
                </StatusPill>
                <span className="text-sm text-muted">{words.methods[method]}</span>
                {isRehearsal && <span className="text-sm text-muted">{words.rehearsal}</span>}
                <span className="text-sm text-muted">
                  <Time at={createdAt} />
                </span>
              </div>
              <bdi translate="no" className="text-sm break-all text-soft">
                {directory}
              </bdi>
              {problem !== null && (
                <p translate="no" className="text-sm break-words text-danger">
                  {problem}
                </p>
              )}
            </li>
          );
        })}
      </ol>
    </Panel>
  );
}

function Gone() {
  usePageTitle(copy.gone.title);
  return (
    <Panel>
      <EmptyState
        icon={Ghost}
        title={copy.gone.title}
        action={
          <Link to="/domains" className={buttonClasses('primary')}>
            {copy.domains}
          </Link>
        }
      >
        <p>{copy.gone.text}</p>
      </EmptyState>
    </Panel>
  );
}
