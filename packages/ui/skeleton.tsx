import { type ReactNode, useEffect, useState } from 'react';
import { Button } from './button.tsx';
import { classNames } from './class-names.ts';
import { texts } from './texts.ts';

/** Shows its children only after `ms` (200 by default), so that what loads quickly does not flicker. */
export function Delayed({ ms = 200, children }: { ms?: number; children: ReactNode }) {
  const [isDue, setDue] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setDue(true), ms);
    return () => clearTimeout(timer);
  }, [ms]);
  return isDue ? children : null;
}

/** A grey block in the place of something that loads; give it the size of what will come. */
export function Skeleton({ className }: { className?: string }) {
  return <span aria-hidden className={classNames('skeleton block h-4', className)} />;
}

/** Props of {@link LoadingRows}: what loads, for screen readers; and how to stop waiting for it. */
export interface LoadingRowsProps {
  label: string;
  rows?: number;
  onStop?: (() => void) | undefined;
}

/** Rows of skeletons, announced once; after 8 s it says that it is still at work, and that one need not wait. */
export function LoadingRows({ label, rows = 6, onStop }: LoadingRowsProps) {
  return (
    <div role="status" className="px-4 py-2 md:px-6">
      <span className="sr-only">{label}</span>
      <Delayed>
        {Array.from({ length: rows }, (_, row) => (
          <div key={row} className="flex items-center gap-6 border-b border-hairline py-4 last:border-0">
            <Skeleton className="w-1/3" />
            <Skeleton className="hidden w-1/4 md:block" />
            <Skeleton className="w-1/6" />
            <Skeleton className="ml-auto w-1/12" />
          </div>
        ))}
      </Delayed>
      <Delayed ms={8000}>
        <p className="flex flex-wrap items-center gap-3 py-3 text-sm text-muted">
          {texts.stillWorking}
          {onStop !== undefined && <Button onClick={onStop}>{texts.stop}</Button>}
        </p>
      </Delayed>
    </div>
  );
}
