import { ErrorState, ErrorStrip, LoadingRows } from '@nebula/ui';
import type { ReactNode } from 'react';
import { type CopyTable, troubleOf } from './copy.ts';

/** What a query tells about its data. */
export interface Loaded<T> {
  data: T | undefined;
  error: unknown;
  refetch: () => unknown;
}

/** Props of {@link DataView}. */
export interface DataViewProps<T> {
  query: Loaded<T>;
  /** What is being loaded, for screen readers. */
  label: string;
  copy?: CopyTable;
  loading?: ReactNode;
  children: (data: T) => ReactNode;
}

/** Data in its four conditions: loading, failed, there, and there but not renewed (the old data with a strip above). */
export function DataView<T>({ query, label, copy, loading, children }: DataViewProps<T>) {
  const retry = () => void query.refetch();
  if (query.data === undefined) {
    if (query.error === null) return loading ?? <LoadingRows label={label} />;
    return <ErrorState trouble={troubleOf(query.error, copy)} onRetry={retry} />;
  }
  return (
    <>
      {query.error !== null && (
        <div className="px-4 pb-3 md:px-6">
          <ErrorStrip trouble={troubleOf(query.error, copy)} onRetry={retry} />
        </div>
      )}
      {children(query.data)}
    </>
  );
}
