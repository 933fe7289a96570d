import { Button, ConfirmDialog, FactList, Panel, PanelHeader, Time } from '@nebula/ui';
import { useQuery } from '@tanstack/react-query';
import { Replace } from 'lucide-react';
import { useState } from 'react';
import { DataView, PageLink, useMay } from '../../../web/feature.ts';
import { runLook } from '../../jobs/web/index.ts';
import type { Domain, DomainTask } from '../contract.ts';
import { CertificateWords } from './certificate-words.tsx';
import { useProvision } from './changes.ts';
import { copy } from './copy.ts';
import { isBusy } from './looks.ts';
import { tasksQuery } from './queries.ts';
import { PlanPanel, RunPanel } from './run-panel.tsx';
import { HealthOf } from './states.tsx';
import { TargetWords } from './target-words.tsx';

/** What leads where, how that stands, and the run that brought it there. */
export function OverviewView({ domain }: { domain: Domain }) {
  const tasks = useQuery(tasksQuery(domain.id));
  const [task] = tasks.data?.items ?? [];
  return (
    <>
      {domain.problem !== null ? (
        <Problem domain={domain} task={task} />
      ) : (
        domain.unserved !== null && <Unserved why={domain.unserved} />
      )}
      <Facts domain={domain} />
      {task !== undefined ? (
        <RunPanel task={task} />
      ) : tasks.data !== undefined ? (
        <PlanPanel />
      ) : (
        <Panel>
          <DataView query={tasks} label={copy.run.loading}>
            {() => null}
          </DataView>
        </Panel>
      )}
      <Older tasks={tasks.data?.items.slice(1) ?? []} />
    </>
  );
}

function Problem({ domain, task }: { domain: Domain; task: DomainTask | undefined }) {
  const code = task?.steps.find(({ errorCode }) => errorCode !== null)?.errorCode ?? '';
  const next = copy.next[code] ?? copy.next['other'];
  return (
    <Panel role="alert" className="border-danger! flex flex-col gap-3 px-4 py-4 md:px-6">
      <div className="flex max-w-prose flex-col gap-1">
        <h3 className="font-semibold">{copy.problem.title}</h3>
        <p translate="no" className="break-words text-ink">
          {domain.problem}
        </p>
        <p className="text-soft">{next}</p>
      </div>
      {code === 'RECORD_TAKEN' && <ReplaceButton domain={domain} />}
    </Panel>
  );
}

/** No run stopped, but what is wanted is not what visitors are served. */
function Unserved({ why }: { why: string }) {
  return (
    <Panel role="alert" className="border-warning! flex flex-col gap-3 px-4 py-4 md:px-6">
      <div className="flex max-w-prose flex-col gap-1">
        <h3 className="font-semibold">{copy.unserved.title}</h3>
        <p translate="no" className="break-words text-ink">
          {why}
        </p>
        <p className="text-soft">{copy.unserved.next}</p>
      </div>
    </Panel>
  );
}

/** Somebody else's records are replaced only when a person says so, after reading what stands there. */
function ReplaceButton({ domain }: { domain: Domain }) {
  const mayWrite = useMay('domains:write');
  const [isAsking, setAsking] = useState(false);
  const provision = useProvision(domain);
  if (!mayWrite || isBusy(domain)) return null;
  return (
    <>
      <Button icon={Replace} className="self-start" onClick={() => setAsking(true)}>
        {copy.provision.replace}
      </Button>
      <ConfirmDialog
        isOpen={isAsking}
        onClose={() => setAsking(false)}
        title={copy.provision.replaceTitle(domain.name)}
        confirmLabel={copy.provision.replace}
        tone="danger"
        isBusy={provision.isPending}
        onConfirm={() => provision.mutate(true, { onSettled: () => setAsking(false) })}
      >
        {copy.provision.replaceText}
      </ConfirmDialog>
    </>
  );
}

function Facts({ domain }: { domain: Domain }) {
  const { dns, certificate, health, isServed, note, target, updatedAt } = domain;
  return (
    <Panel aria-label={copy.views.overview} className="pt-4 md:pt-6">
      <FactList
        facts={[
          { term: copy.facts.target, value: <TargetWords target={target} /> },
          {
            term: copy.facts.records,
            value: dns.kind === 'elsewhere' ? copy.facts.elsewhere : dns.zone,
            isData: dns.kind === 'provider',
          },
          { term: copy.facts.served, value: isServed ? copy.facts.isServed : copy.facts.notServed },
          { term: copy.facts.certificate, value: <CertificateWords certificate={certificate} /> },
          { term: copy.facts.health, value: <HealthOf health={health} /> },
          { term: copy.facts.changed, value: <Time at={updatedAt} /> },
          ...(note === '' ? [] : [{ term: copy.facts.note, value: note, isData: true }]),
        ]}
      />
    </Panel>
  );
}

function Older({ tasks }: { tasks: DomainTask[] }) {
  if (tasks.length === 0) return null;
  return (
    <Panel aria-labelledby="domain-older">
      <PanelHeader id="domain-older" title={copy.run.older} />
      <ul className="pb-2">
        {tasks.map(({ id, title, state, createdAt }) => (
          <li
            key={id}
            className="flex flex-wrap items-center gap-x-4 gap-y-1 border-t border-hairline px-4 py-3 md:px-6"
          >
            <PageLink
              to={`/jobs/${id}`}
              translate="no"
              className="min-w-0 truncate leading-6 font-medium underline-offset-4 hover:text-link hover:underline"
            >
              {title}
            </PageLink>
            <span className="text-sm text-soft">{runLook(state).word}</span>
            <span className="ml-auto text-sm text-muted">
              <Time at={createdAt} />
            </span>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
