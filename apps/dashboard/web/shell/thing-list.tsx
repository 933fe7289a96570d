import { Button, Cell, type Column, EmptyState, Row, Table, useWideScreen } from '@nebula/ui';
import { FilterX, type LucideIcon, SearchX } from 'lucide-react';
import { type ReactNode, useEffect } from 'react';
import { DataView, type Loaded } from './data-view.tsx';
import { PageLink } from './page-link.tsx';
import { useRowKeys } from './row-keys.ts';
import { texts } from './texts.ts';
import { useChunk } from './use-chunk.ts';

/** A column of {@link ThingList}; the first names the thing, one with a hidden title holds its buttons. */
export interface ThingColumn<T> extends Column {
  cell: (row: T) => ReactNode;
}

/** Props of {@link ThingList}. */
export interface ThingListProps<T> {
  list: Loaded<unknown> & {
    rows: T[] | undefined;
    hasNextPage: boolean;
    isFetching: boolean;
    fetchNextPage: () => unknown;
  };
  columns: readonly ThingColumn<T>[];
  keyOf: (row: T) => string;
  words: {
    title: string;
    loading: string;
    none: { title: string; text: string };
    noMatch: { title: string; text: string };
  };
  icon: LucideIcon;
  isFiltered: boolean;
  onClear: () => void;
  /** Order of the rows; as the server sends them when left out. */
  compare?: ((one: T, other: T) => number) | undefined;
}

/**
 * A list of things of which there are hundreds at most: a table, on phones cards. All pages are loaded one after the other, so
 * that it can be ordered; rows are drawn as they come near the screen.
 */
export function ThingList<T>({
  list,
  columns,
  keyOf,
  words,
  icon,
  isFiltered,
  onClear,
  compare,
}: ThingListProps<T>) {
  const isWide = useWideScreen();
  const place = useRowKeys<HTMLDivElement>();
  useEffect(() => {
    if (list.hasNextPage && !list.isFetching) list.fetchNextPage();
  });
  const loaded = list.rows ?? [];
  const rows = compare === undefined ? loaded : loaded.toSorted(compare);
  const { count, end } = useChunk(rows.length);
  const shown = rows.slice(0, count);
  return (
    <div ref={place}>
      <DataView query={list} label={words.loading}>
        {() =>
          rows.length === 0 ? (
            <Nothing words={isFiltered ? words.noMatch : words.none} icon={isFiltered ? SearchX : icon}>
              {isFiltered && (
                <Button icon={FilterX} onClick={onClear}>
                  {texts.clearFilter}
                </Button>
              )}
            </Nothing>
          ) : isWide ? (
            <Table label={words.title} columns={[...columns]}>
              {shown.map((row) => (
                <Row key={keyOf(row)}>
                  {columns.map(({ id, cell, align, isWideOnly }) => (
                    <Cell
                      key={id}
                      {...(align === undefined ? {} : { align })}
                      {...(isWideOnly === undefined ? {} : { isWideOnly })}
                    >
                      {cell(row)}
                    </Cell>
                  ))}
                </Row>
              ))}
            </Table>
          ) : (
            <ul aria-label={words.title}>
              {shown.map((row) => (
                <Card key={keyOf(row)} row={row} columns={columns} />
              ))}
            </ul>
          )
        }
      </DataView>
      <div ref={end} />
      {rows.length > 0 && (
        <p className="figures border-t border-hairline px-4 py-3 text-sm text-muted md:px-6" role="status">
          {list.hasNextPage ? texts.shownOfMore(rows.length) : texts.shown(rows.length)}
        </p>
      )}
    </div>
  );
}

function Card<T>({ row, columns: [name, ...columns] }: { row: T; columns: readonly ThingColumn<T>[] }) {
  const facts = columns.filter(({ isTitleHidden }) => isTitleHidden !== true);
  const buttons = columns.find(({ isTitleHidden }) => isTitleHidden === true);
  return (
    <li data-row className="flex flex-col gap-3 border-t border-hairline p-4">
      <div className="flex items-start gap-2">
        <div className="min-w-0 flex-1">{name?.cell(row)}</div>
        {buttons !== undefined && <div className="-mt-2 -mr-2">{buttons.cell(row)}</div>}
      </div>
      <dl className="grid grid-cols-2 gap-x-6 gap-y-3">
        {facts.map(({ id, title, cell }) => (
          <div key={id} className="min-w-0">
            <dt className="text-sm text-muted">{title}</dt>
            <dd className="min-w-0">{cell(row)}</dd>
          </div>
        ))}
      </dl>
    </li>
  );
}

function Nothing({
  words,
  icon,
  children,
}: {
  words: { title: string; text: string };
  icon: LucideIcon;
  children: ReactNode;
}) {
  return (
    <EmptyState icon={icon} title={words.title} action={children}>
      <p>{words.text}</p>
    </EmptyState>
  );
}

const mostNames = 3;

/** Names that lead somewhere: the first few, and how many more there are. `none` stands where there is none. */
export function NameLinks({
  names,
  none,
}: {
  names: readonly { name: string; path: string; isDim?: boolean }[];
  none: ReactNode;
}) {
  if (names.length === 0) return none;
  const more = names.length - mostNames;
  return (
    <span className="flex min-w-0 flex-wrap items-center gap-x-3">
      {names.slice(0, mostNames).map(({ name, path, isDim }) => (
        <PageLink
          key={path}
          to={path}
          translate="no"
          title={name}
          className={
            isDim === true
              ? 'min-h-6 max-w-full truncate text-muted underline-offset-4 hover:underline'
              : 'min-h-6 max-w-full truncate text-soft underline-offset-4 hover:text-link hover:underline'
          }
        >
          <bdi>{name}</bdi>
        </PageLink>
      ))}
      {more > 0 && <span className="text-sm text-muted">{texts.andMore(more)}</span>}
    </span>
  );
}
