import { EmptyState } from '@nebula/ui';
import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import { DataView, type Loaded } from './data-view.tsx';
import { LoadMore } from './load-more.tsx';

/** Props of {@link LineList}. */
export interface LineListProps<T> {
  list: Loaded<unknown> & {
    rows: T[] | undefined;
    hasNextPage: boolean;
    isFetchingNextPage: boolean;
    fetchNextPage: () => unknown;
  };
  /** What the lines are, for people who hear the page. */
  label: string;
  loading: string;
  none: { title: string; text: string };
  icon: LucideIcon;
  /** A line with its key. */
  line: (row: T) => ReactNode;
}

/** Lines of a paged list, one below the other, with what stands there while it loads, when it fails and when it is empty. */
export function LineList<T>({ list, label, loading, none, icon, line }: LineListProps<T>) {
  const rows = list.rows ?? [];
  return (
    <>
      <DataView query={list} label={loading}>
        {() =>
          rows.length === 0 ? (
            <EmptyState icon={icon} title={none.title}>
              <p>{none.text}</p>
            </EmptyState>
          ) : (
            <ul aria-label={label}>{rows.map(line)}</ul>
          )
        }
      </DataView>
      {list.hasNextPage && (
        <LoadMore
          shown={rows.length}
          hasMore
          isLoading={list.isFetchingNextPage}
          onMore={() => void list.fetchNextPage()}
        />
      )}
    </>
  );
}
