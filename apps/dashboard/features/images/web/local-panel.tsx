import { Badge, Button, formatBytes, Menu, Panel, PanelHeader, Time } from '@nebula/ui';
import { useQuery } from '@tanstack/react-query';
import { Download, EllipsisVertical, Info, Layers, Tag, Trash2 } from 'lucide-react';
import { useMemo, useState } from 'react';
import {
  FilterRow,
  NameLinks,
  type ThingColumn,
  ThingList,
  ThingName,
  useMay,
  usePages,
  WordSelect,
} from '../../../web/feature.ts';
import type { Image } from '../contract.ts';
import { copy } from './copy.ts';
import { RemoveDialog, TagDialog } from './image-dialogs.tsx';
import { filterOf, type Place, type Sort, sorts, uses } from './place.ts';
import { imagesQuery, totalsQuery } from './queries.ts';

const words = copy.local;

/** Images that lie on the machine, with who uses them. */
export function LocalPanel({
  place,
  onChange,
}: {
  place: Place;
  onChange: (changes: Partial<Place>) => void;
}) {
  const list = usePages(imagesQuery(filterOf(place)));
  const mayOperate = useMay('images:operate');
  const [asked, setAsked] = useState<{ verb: 'tag' | 'remove'; image: Image } | null>(null);
  const columns = useMemo(
    () => columnsFor(mayOperate, (show) => onChange({ show }), setAsked),
    [mayOperate, onChange],
  );
  const { search, use, sort } = place;
  return (
    <Panel aria-labelledby="images-here" className="min-w-0">
      <PanelHeader
        id="images-here"
        title={words.title}
        description={<Totals />}
        actions={
          mayOperate && (
            <>
              <Button icon={Trash2} onClick={() => onChange({ ask: 'unused' })}>
                {copy.unused.command}
              </Button>
              <Button icon={Download} tone="primary" onClick={() => onChange({ ask: 'pull' })}>
                {copy.pull.command}
              </Button>
            </>
          )
        }
      />
      <FilterRow words={words} search={search} onSearch={(text) => onChange({ search: text })}>
        <WordSelect
          label={words.use}
          none={words.uses.any}
          words={uses}
          titles={words.uses}
          value={use}
          onChange={(word) => onChange({ use: word })}
        />
        <WordSelect
          label={words.sort}
          none={words.sorts.name}
          words={sorts}
          titles={words.sorts}
          value={sort}
          onChange={(word) => onChange({ sort: word })}
        />
      </FilterRow>
      <ThingList
        list={list}
        columns={columns}
        keyOf={({ id }) => id}
        words={words}
        icon={Layers}
        isFiltered={search !== undefined || use !== undefined}
        onClear={() => onChange({ search: undefined, use: undefined })}
        compare={sort && orders[sort]}
      />
      {asked?.verb === 'tag' && <TagDialog image={asked.image} onClose={() => setAsked(null)} />}
      {asked?.verb === 'remove' && <RemoveDialog image={asked.image} onClose={() => setAsked(null)} />}
    </Panel>
  );
}

const orders: Record<Sort, (one: Image, other: Image) => number> = {
  size: (one, other) => other.sizeBytes - one.sizeBytes,
  created: (one, other) => (one.createdAt < other.createdAt ? 1 : -1),
};

function Totals() {
  const { data } = useQuery(totalsQuery);
  if (data === undefined) return null;
  const { images, unused, reclaimableBytes } = data;
  const free =
    reclaimableBytes === null || unused === 0 ? '' : `; ${words.reclaimable(formatBytes(reclaimableBytes))}`;
  return (
    <>
      {words.totals(images, unused)}
      {free}
    </>
  );
}

function columnsFor(
  mayOperate: boolean,
  onShow: (id: string) => void,
  onAsk: (asked: { verb: 'tag' | 'remove'; image: Image }) => void,
): ThingColumn<Image>[] {
  const { columns } = words;
  return [
    { id: 'name', title: columns.name, cell: (image) => <Name image={image} /> },
    {
      id: 'size',
      title: columns.size,
      width: 'w-36',
      cell: (image) => <Size image={image} />,
    },
    {
      id: 'created',
      title: columns.created,
      width: 'w-32',
      isWideOnly: true,
      cell: ({ createdAt }) => (
        <span className="text-sm text-muted">
          <Time at={createdAt} />
        </span>
      ),
    },
    {
      id: 'used',
      title: columns.usedBy,
      cell: ({ usedBy }) => <UsedBy holders={usedBy} />,
    },
    {
      id: 'actions',
      title: columns.actions,
      isTitleHidden: true,
      align: 'right',
      width: 'w-18',
      cell: (image) => (
        <Menu
          icon={EllipsisVertical}
          label={words.menu(image.name)}
          groups={[
            [{ id: 'details', title: words.details, icon: Info, run: () => onShow(image.id) }],
            ...(mayOperate
              ? [
                  [
                    {
                      ...{ id: 'tag', title: copy.tag.command, icon: Tag },
                      run: () => onAsk({ verb: 'tag', image }),
                    },
                  ],
                  [
                    {
                      ...{ id: 'remove', title: copy.remove.command, icon: Trash2, isDanger: true },
                      isDisabled: image.usedBy.length > 0,
                      help:
                        image.usedBy.length > 0
                          ? copy.remove.used(image.usedBy.map(({ name }) => name).join(', '))
                          : undefined,
                      run: () => onAsk({ verb: 'remove', image }),
                    },
                  ],
                ]
              : []),
          ]}
        />
      ),
    },
  ];
}

function Name({ image: { id, name, tags, isDangling, isOnlyCopy } }: { image: Image }) {
  return (
    <ThingName to={`/images?show=${encodeURIComponent(id)}`} name={name}>
      {isDangling && <Badge>{words.dangling}</Badge>}
      {isOnlyCopy && <Badge title={words.onlyCopyHelp}>{words.onlyCopy}</Badge>}
      {tags.length > 1 && <span className="text-sm text-muted">{words.moreNames(tags.length - 1)}</span>}
    </ThingName>
  );
}

function Size({ image: { sizeBytes, sharedBytes } }: { image: Image }) {
  return (
    <span className="flex flex-col">
      <span className="figures" translate="no">
        {formatBytes(sizeBytes)}
      </span>
      {sharedBytes !== null && sharedBytes > 0 && (
        <span className="figures text-sm text-muted">{words.own(formatBytes(sizeBytes - sharedBytes))}</span>
      )}
    </span>
  );
}

/** Containers that use an image, those that do not run dimmed. */
export function UsedBy({ holders }: { holders: Image['usedBy'] }) {
  return (
    <NameLinks
      names={holders.map(({ id, name, isRunning }) => ({
        name,
        path: `/containers/${id}`,
        isDim: !isRunning,
      }))}
      none={<span className="text-muted">{words.nobody}</span>}
    />
  );
}
