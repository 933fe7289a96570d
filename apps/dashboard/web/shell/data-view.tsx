import { EmptyState, Button, ErrorState, ErrorStrip, LoadingRows } from '@nebula/ui';
import { useQueryClient } from '@tanstack/react-query';
import { Hand, RotateCcw } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { type CopyTable, troubleOf } from './copy.ts';
import { ErrorBoundary } from './error-boundary.tsx';
import { texts } from './texts.ts';

/** What a query tells about its data. */
export interface Loaded<T> {
  data: T | undefined;
  error: unknown;
  refetch: () => unknown;
  /** When the data came; a section whose drawing failed is tried again with newer data. */
  dataUpdatedAt?: number;
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

/**
 * Data in its conditions: loading (after 8 s one can stop waiting), failed, there, and there but not renewed (the old data
 * with a strip above). A fault in drawing it stays in its section.
 */
export function DataView<T>({ query, label, copy, loading, children }: DataViewProps<T>) {
  const client = useQueryClient();
  const [isStopped, setStopped] = useState(false);
  function retry(): void {
    setStopped(false);
    query.refetch();
  }
  function stop(): void {
    setStopped(true);
    void client.cancelQueries({ predicate: ({ state }) => state.status === 'pending' });
  }
  if (query.data === undefined) {
    if (query.error !== null) return <ErrorState trouble={troubleOf(query.error, copy)} onRetry={retry} />;
    if (isStopped) return <Stopped onRetry={retry} />;
    return loading ?? <LoadingRows label={label} onStop={stop} />;
  }
  return (
    <>
      {query.error !== null && (
        <div className="px-4 pb-3 md:px-6">
          <ErrorStrip trouble={troubleOf(query.error, copy)} onRetry={retry} />
        </div>
      )}
      <ErrorBoundary isInside resetKey={String(query.dataUpdatedAt)}>
        <Drawn data={query.data} draw={children} />
      </ErrorBoundary>
    </>
  );
}

/** Draws inside the boundary, not outside it. */
function Drawn<T>({ data, draw }: { data: T; draw: (data: T) => ReactNode }) {
  return draw(data);
}

function Stopped({ onRetry }: { onRetry: () => void }) {
  return (
    <EmptyState
      icon={Hand}
      title={texts.stopped.title}
      action={
        <Button icon={RotateCcw} onClick={onRetry}>
          {texts.stopped.again}
        </Button>
      }
    >
      <p>{texts.stopped.text}</p>
    </EmptyState>
  );
}
