import { Badge, Button, formatBytes, Menu, Panel, PanelHeader, Time } from '@nebula/ui';
import { useQuery } from '@tanstack/react-query';
import { Database, EllipsisVertical, Info, Plus, Scale, Trash2 } from 'lucide-react';
import { useState } from 'react';
import {
  FilterRow,
  ProjectBadge,
  type ThingColumn,
  ThingList,
  ThingName,
  useMay,
  usePages,
  useUrlFilter,
  WordSelect,
} from '../../../web/feature.ts';
import type { Volume } from '../contract.ts';
import { useCount } from './changes.ts';
import { copy } from './copy.ts';
import { filterOf, readPlace, type Sort, sorts, uses } from './place.ts';
import { countedQuery, volumesQuery } from './queries.ts';
import { UsedBy } from './used-by.tsx';
import { CreateDialog, RemoveDialog, VolumeDialog } from './volume-dialogs.tsx';

/** Volumes of the engine, with who uses them. */
export function VolumesPage() {
  const [place, change] = useUrlFilter(readPlace);
  const list = usePages(volumesQuery(filterOf(place)));
  const mayMake = useMay('volumes:operate');
  const mayRemove = useMay('volumes:remove');
  const [doomed, setDoomed] = useState<Volume | null>(null);
  const { search, use, sort } = place;
  return (
    <Panel aria-labelledby="volumes" className="min-w-0">
      <PanelHeader
        id="volumes"
        title={copy.title}
        description={copy.text}
        actions={
          mayMake && (
            <>
              <CountButton />
              <Button icon={Plus} tone="primary" onClick={() => change({ ask: 'create' })}>
                {copy.create.command}
              </Button>
            </>
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
        <WordSelect
          label={copy.sort}
          none={copy.sorts.name}
          words={sorts}
          titles={copy.sorts}
          value={sort}
          onChange={(word) => change({ sort: word })}
        />
        <Counted />
      </FilterRow>
      <ThingList
        list={list}
        columns={columnsFor(mayRemove, (show) => change({ show }), setDoomed)}
        keyOf={({ name }) => name}
        words={copy}
        icon={Database}
        isFiltered={search !== undefined || use !== undefined}
        onClear={() => change({ search: undefined, use: undefined })}
        compare={sort && orders[sort]}
      />
      {place.show !== undefined && (
        <VolumeDialog name={place.show} onClose={() => change({ show: undefined })} />
      )}
      {place.ask === 'create' && <CreateDialog onClose={() => change({ ask: undefined })} />}
      {doomed !== null && <RemoveDialog volume={doomed} onClose={() => setDoomed(null)} />}
    </Panel>
  );
}

const orders: Record<Sort, (one: Volume, other: Volume) => number> = {
  size: (one, other) => (other.sizeBytes ?? -1) - (one.sizeBytes ?? -1),
  created: (one, other) => ((one.createdAt ?? '') < (other.createdAt ?? '') ? 1 : -1),
};

function CountButton() {
  const count = useCount();
  const { data } = useQuery(countedQuery);
  return (
    <Button icon={Scale} isBusy={count.isPending} onClick={() => count.mutate()}>
      {data === null || data === undefined ? copy.count : copy.countAgain}
    </Button>
  );
}

function Counted() {
  const { data } = useQuery(countedQuery);
  if (data === undefined) return null;
  return (
    <p className="w-full text-sm text-muted" role="status">
      {data === null ? (
        copy.neverCounted
      ) : (
        <>
          {copy.counted} <Time at={data} />
        </>
      )}
    </p>
  );
}

function columnsFor(
  mayRemove: boolean,
  onShow: (name: string) => void,
  onRemove: (volume: Volume) => void,
): ThingColumn<Volume>[] {
  const { columns } = copy;
  return [
    { id: 'name', title: columns.name, cell: (volume) => <Name volume={volume} /> },
    {
      id: 'size',
      title: columns.size,
      width: 'w-32',
      cell: ({ sizeBytes }) =>
        sizeBytes === null ? (
          <span className="text-sm text-muted">{copy.notCounted}</span>
        ) : (
          <span className="figures" translate="no">
            {formatBytes(sizeBytes)}
          </span>
        ),
    },
    {
      id: 'created',
      title: columns.created,
      width: 'w-32',
      isWideOnly: true,
      cell: ({ createdAt }) => (
        <span className="text-sm text-muted">{createdAt !== null && <Time at={createdAt} />}</span>
      ),
    },
    { id: 'used', title: columns.usedBy, cell: ({ usedBy }) => <UsedBy holders={usedBy} /> },
    {
      id: 'actions',
      title: columns.actions,
      isTitleHidden: true,
      align: 'right',
      width: 'w-18',
      cell: (volume) => (
        <Menu
          icon={EllipsisVertical}
          label={copy.menu(volume.name)}
          groups={[
            [{ id: 'details', title: copy.details, icon: Info, run: () => onShow(volume.name) }],
            ...(mayRemove ? [[removal(volume, onRemove)]] : []),
          ]}
        />
      ),
    },
  ];
}

function removal(volume: Volume, onRemove: (volume: Volume) => void) {
  const isUsed = volume.usedBy.length > 0;
  return {
    ...{ id: 'remove', title: copy.remove.command, icon: Trash2, isDanger: true, isDisabled: isUsed },
    help: isUsed ? copy.remove.used(volume.usedBy.map(({ name }) => name).join(', ')) : undefined,
    run: () => onRemove(volume),
  };
}

function Name({ volume: { name, project, isAnonymous } }: { volume: Volume }) {
  return (
    <ThingName to={`/volumes?show=${encodeURIComponent(name)}`} name={name}>
      {isAnonymous && <Badge title={copy.anonymousHelp}>{copy.anonymous}</Badge>}
      {project !== null && <ProjectBadge project={project} />}
    </ThingName>
  );
}
