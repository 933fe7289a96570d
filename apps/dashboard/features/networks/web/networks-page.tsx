import { Badge, Button, Menu, Panel, PanelHeader } from '@nebula/ui';
import { EllipsisVertical, Info, Network as NetworkIcon, Plus, Trash2 } from 'lucide-react';
import { useState } from 'react';
import {
  FilterRow,
  NameLinks,
  ProjectBadge,
  RemoveByName,
  type ThingColumn,
  ThingList,
  ThingName,
  useMay,
  usePages,
  useUrlFilter,
  WordSelect,
} from '../../../web/feature.ts';
import type { Network } from '../contract.ts';
import { useRemove } from './changes.ts';
import { copy } from './copy.ts';
import { CreateDialog } from './create-dialog.tsx';
import { NetworkDialog } from './network-dialog.tsx';
import { filterOf, readPlace, uses } from './place.ts';
import { networksQuery } from './queries.ts';

/** Networks of the engine, with who is on them. */
export function NetworksPage() {
  const [place, change] = useUrlFilter(readPlace);
  const list = usePages(networksQuery(filterOf(place)));
  const mayOperate = useMay('networks:operate');
  const [doomed, setDoomed] = useState<Network | null>(null);
  const { search, use } = place;
  return (
    <Panel aria-labelledby="networks" className="min-w-0">
      <PanelHeader
        id="networks"
        title={copy.title}
        description={copy.text}
        actions={
          mayOperate && (
            <Button icon={Plus} tone="primary" onClick={() => change({ ask: 'create' })}>
              {copy.create.command}
            </Button>
          )
        }
      />
      <FilterRow words={copy} search={search} onSearch={(text) => change({ search: text })}>
        <WordSelect
          label={copy.use}
          none={copy.uses.any}
          words={uses}
          titles={copy.uses}
          value={use}
          onChange={(word) => change({ use: word })}
        />
      </FilterRow>
      <ThingList
        list={list}
        columns={columnsFor(mayOperate, (show) => change({ show }), setDoomed)}
        keyOf={({ id }) => id}
        words={copy}
        icon={NetworkIcon}
        isFiltered={search !== undefined || use !== undefined}
        onClear={() => change({ search: undefined, use: undefined })}
      />
      {place.show !== undefined && (
        <NetworkDialog id={place.show} onClose={() => change({ show: undefined })} />
      )}
      {place.ask === 'create' && <CreateDialog onClose={() => change({ ask: undefined })} />}
      {doomed !== null && <RemoveDialog network={doomed} onClose={() => setDoomed(null)} />}
    </Panel>
  );
}

function RemoveDialog({ network, onClose }: { network: Network; onClose: () => void }) {
  const remove = useRemove(network);
  const { name } = network;
  return (
    <RemoveByName
      name={name}
      title={copy.remove.title(name)}
      text={copy.remove.text}
      confirm={copy.remove.command}
      isBusy={remove.isPending}
      onConfirm={(typed) => remove.mutate(typed, { onSuccess: onClose })}
      onClose={onClose}
    />
  );
}

function columnsFor(
  mayOperate: boolean,
  onShow: (id: string) => void,
  onRemove: (network: Network) => void,
): ThingColumn<Network>[] {
  const { columns } = copy;
  return [
    { id: 'name', title: columns.name, cell: (network) => <Name network={network} /> },
    {
      id: 'subnets',
      title: columns.subnets,
      width: 'w-48',
      cell: ({ subnets }) =>
        subnets.length === 0 ? (
          <span className="text-sm text-muted">{copy.noSubnet}</span>
        ) : (
          <span className="font-mono text-sm break-all text-soft" translate="no">
            {subnets.map(({ subnet }) => subnet).join(' ')}
          </span>
        ),
    },
    {
      id: 'members',
      title: columns.members,
      cell: ({ members }) => (
        <NameLinks
          names={members.map(({ id, name, isRunning }) => ({
            name,
            path: `/containers/${id}`,
            isDim: !isRunning,
          }))}
          none={<span className="text-muted">{copy.nobody}</span>}
        />
      ),
    },
    {
      id: 'actions',
      title: columns.actions,
      isTitleHidden: true,
      align: 'right',
      width: 'w-18',
      cell: (network) => (
        <Menu
          icon={EllipsisVertical}
          label={copy.menu(network.name)}
          groups={[
            [{ id: 'details', title: copy.details, icon: Info, run: () => onShow(network.id) }],
            ...(mayOperate ? [[removal(network, onRemove)]] : []),
          ]}
        />
      ),
    },
  ];
}

function removal(network: Network, onRemove: (network: Network) => void) {
  const { isSystem, members } = network;
  const names = members.map(({ name }) => name).join(', ');
  const reason = isSystem ? copy.remove.system : members.length > 0 ? copy.remove.used(names) : undefined;
  return {
    ...{ id: 'remove', title: copy.remove.command, icon: Trash2, isDanger: true },
    isDisabled: reason !== undefined,
    help: reason,
    run: () => onRemove(network),
  };
}

function Name({ network: { id, name, project, isSystem, isInternal } }: { network: Network }) {
  return (
    <ThingName to={`/networks?show=${id}`} name={name}>
      {isSystem && <Badge title={copy.systemHelp}>{copy.system}</Badge>}
      {isInternal && <Badge title={copy.internalHelp}>{copy.internal}</Badge>}
      {project !== null && <ProjectBadge project={project} />}
    </ThingName>
  );
}
