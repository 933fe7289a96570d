import { Button, buttonClasses, EmptyState } from '@nebula/ui';
import { Link } from '@tanstack/react-router';
import { BellOff, CheckCheck } from 'lucide-react';
import { DataView, usePages, useRowKeys } from '../../../web/feature.ts';
import { useMarkAllRead } from './changes.ts';
import { copy } from './copy.ts';
import { NoticeList } from './notice-list.tsx';
import { noticesQuery } from './queries.ts';

/** The newest notices that are unread, and the way to all of them. */
export function BellPanel({ onClose }: { onClose: () => void }) {
  const list = usePages(noticesQuery({ only: 'unread' }));
  const markAll = useMarkAllRead();
  const rows = list.rows ?? [];
  const place = useRowKeys<HTMLDivElement>();
  return (
    <div ref={place} className="flex min-h-0 flex-col">
      <DataView query={list} label={copy.loading}>
        {() =>
          rows.length === 0 ? (
            <EmptyState icon={BellOff} title={copy.noneUnread.title}>
              <p>{copy.noneUnread.text}</p>
            </EmptyState>
          ) : (
            <NoticeList notices={rows.slice(0, 8)} isCompact onFollow={onClose} />
          )
        }
      </DataView>
      <footer className="mt-2 flex flex-wrap justify-end gap-2 border-t border-hairline pt-2">
        {rows.some(({ isRead }) => !isRead) && (
          <Button tone="ghost" icon={CheckCheck} isBusy={markAll.isPending} onClick={() => markAll.mutate()}>
            {copy.markAll}
          </Button>
        )}
        <Link to="/notices" onClick={onClose} className={buttonClasses()}>
          {copy.all}
        </Link>
      </footer>
    </div>
  );
}
