import { CopyButton, FactList, formatBytes, Panel, PanelHeader, StatusPill, Time } from '@nebula/ui';
import type { ReactNode } from 'react';
import type { ContainerDetail } from '../contract.ts';
import { copy } from './copy.ts';
import { PortList } from './port-list.tsx';
import { lookOf, plainStatus } from './state-look.ts';

/** What a container is: its state, image, ports, limits and how it is started. */
export function FactsPanel({ container, actions }: { container: ContainerDetail; actions: ReactNode }) {
  const { tone, icon, word } = lookOf(container);
  const { terms } = copy;
  const { limits, digests, restartCount, user } = container;
  const memory = limits.memoryBytes === null ? null : formatBytes(limits.memoryBytes);
  const digest = digests[0]?.split('@')[1];
  return (
    <Panel aria-labelledby="container-facts">
      <PanelHeader
        id="container-facts"
        title={copy.facts}
        description={
          <span className="mt-1 flex flex-wrap items-center gap-2" role="status">
            <StatusPill tone={tone} icon={icon}>
              {word}
            </StatusPill>
            <span translate="no">{plainStatus(container.status)}</span>
          </span>
        }
        actions={actions}
      />
      <FactList
        facts={[
          { term: copy.columns.name, value: <Text>{container.name}</Text> },
          { term: copy.columns.image, value: <Text>{container.image}</Text> },
          ...(digest === undefined
            ? []
            : [{ term: terms.digest, value: <Short text={digest} label={copy.copyDigest} /> }]),
          { term: terms.update, value: copy.updates[container.update] },
          ...(container.project === null
            ? []
            : [{ term: terms.project, value: <Text>{container.project}</Text> }]),
          ...(container.service === null
            ? []
            : [{ term: terms.service, value: <Text>{container.service}</Text> }]),
          { term: terms.created, value: <Time at={container.createdAt} /> },
          ...(container.startedAt === null
            ? []
            : [{ term: terms.started, value: <Time at={container.startedAt} /> }]),
          ...(container.finishedAt === null || container.state === 'running'
            ? []
            : [{ term: terms.finished, value: <Time at={container.finishedAt} /> }]),
          { term: copy.columns.ports, value: <PortList ports={container.ports} /> },
          { term: terms.policy, value: copy.policies[container.restartPolicy.name] },
          { term: terms.restarts, value: <span className="figures">{restartCount}</span> },
          { term: terms.limits, value: copy.limits(memory, limits.cpus) },
          {
            term: terms.command,
            value: (
              <code className="font-mono text-sm break-all">
                {container.command.join(' ').slice(0, 2000)}
              </code>
            ),
          },
          { term: terms.user, value: <Text>{user === '' ? copy.rootUser : user}</Text> },
          ...(container.workingDir === ''
            ? []
            : [{ term: terms.directory, value: <Text>{container.workingDir}</Text> }]),
          { term: terms.id, value: <Short text={container.id} label={copy.copyId} /> },
        ]}
      />
    </Panel>
  );
}

/** Text that came from outside: as it is, cut where it is endless, and without a say in the direction of ours. */
function Text({ children }: { children: string }) {
  return (
    <bdi translate="no" className="break-all">
      {children.slice(0, 2000)}
    </bdi>
  );
}

function Short({ text, label }: { text: string; label: string }) {
  return (
    <span className="flex items-center gap-1">
      <code className="font-mono text-sm">{text.replace(/^sha256:/, '').slice(0, 12)}</code>
      <CopyButton text={text} label={label} />
    </span>
  );
}
