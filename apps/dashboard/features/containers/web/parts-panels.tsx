import { Badge, Panel, PanelHeader } from '@nebula/ui';
import type { ReactNode } from 'react';
import type { ContainerDetail } from '../contract.ts';
import { copy } from './copy.ts';

/** Where a container's data lies. */
export function MountsPanel({ mounts }: { mounts: ContainerDetail['mounts'] }) {
  const words = copy.mounts;
  return (
    <Part id="container-mounts" title={words.title} empty={mounts.length === 0 ? words.none : null}>
      {mounts.map(({ type, name, source, target, isReadOnly }) => (
        <Line key={target}>
          <Badge>{words.types[type]}</Badge>
          <span className="min-w-0 flex-1">
            <Data label={words.from}>{name ?? source}</Data>
            <Data label={words.to}>{target}</Data>
          </span>
          {isReadOnly && <Badge>{words.readOnly}</Badge>}
        </Line>
      ))}
    </Part>
  );
}

/** The networks a container is on, with its addresses there. */
export function NetworksPanel({ networks }: { networks: ContainerDetail['networks'] }) {
  const words = copy.networks;
  return (
    <Part id="container-networks" title={words.title} empty={networks.length === 0 ? words.none : null}>
      {networks.map(({ name, address, addressV6, aliases }) => {
        const addresses = [address, addressV6].filter((one) => one !== null);
        return (
          <Line key={name}>
            <bdi className="min-w-0 font-medium break-all" translate="no">
              {name}
            </bdi>
            <span className="figures text-soft" translate="no">
              {addresses.join(', ')}
            </span>
            {addresses.length === 0 && <span className="text-muted">{words.noAddress}</span>}
            {aliases.length > 0 && <Data label={words.aliases}>{aliases.join(', ')}</Data>}
          </Line>
        );
      })}
    </Part>
  );
}

/** Whatever somebody wrote on a container. */
export function LabelsPanel({ labels }: { labels: ContainerDetail['labels'] }) {
  const words = copy.labels;
  const all = Object.entries(labels).sort(([one], [other]) => (one < other ? -1 : 1));
  return (
    <Part id="container-labels" title={words.title} empty={all.length === 0 ? words.none : null}>
      {all.map(([name, value]) => (
        <Line key={name}>
          <span className="min-w-0 font-mono text-sm break-all text-soft" translate="no">
            {name.slice(0, 500)}
          </span>
          <bdi className="min-w-0 font-mono text-sm break-all" translate="no">
            {value.slice(0, 2000)}
          </bdi>
        </Line>
      ))}
    </Part>
  );
}

function Part({
  id,
  title,
  empty,
  children,
}: {
  id: string;
  title: string;
  empty: string | null;
  children: ReactNode;
}) {
  return (
    <Panel aria-labelledby={id}>
      <PanelHeader id={id} title={title} />
      {empty === null ? (
        <ul className="max-h-96 overflow-y-auto pb-2">{children}</ul>
      ) : (
        <p className="px-4 pb-6 text-soft md:px-6">{empty}</p>
      )}
    </Panel>
  );
}

function Line({ children }: { children: ReactNode }) {
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-1 border-t border-hairline px-4 py-2 md:px-6">
      {children}
    </li>
  );
}

function Data({ label, children }: { label: string; children: string }) {
  return (
    <span className="block min-w-0 text-sm">
      <span className="text-muted">{label} </span>
      <bdi className="font-mono break-all" translate="no">
        {children.slice(0, 2000)}
      </bdi>
    </span>
  );
}
