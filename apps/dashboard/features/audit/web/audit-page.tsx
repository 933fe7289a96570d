import { Button, EmptyState, Panel, useWideScreen } from '@nebula/ui';
import { Download, ListChecks, SearchX, ShieldCheck } from 'lucide-react';
import { useState } from 'react';
import { DataView, LoadMore, usePages, useRowKeys, useUrlFilter } from '../../../web/feature.ts';
import type { AuditEntry } from '../contract.ts';
import { AuditFilterBar } from './audit-filter-bar.tsx';
import { AuditList, AuditTable } from './audit-table.tsx';
import { copy } from './copy.ts';
import { EntryDialog } from './entry-dialog.tsx';
import { useExport } from './export.ts';
import { readFilter } from './filter.ts';
import { auditQuery } from './queries.ts';
import { useVerification } from './verification.ts';
import { VerificationResult } from './verification-result.tsx';

/** Who did what, and the proof that the record is whole. */
export function AuditPage() {
  const [filter, change] = useUrlFilter(readFilter);
  const isWide = useWideScreen();
  const list = usePages(auditQuery(filter));
  const verification = useVerification();
  const saving = useExport(filter);
  const [open, setOpen] = useState<AuditEntry | null>(null);
  const rows = list.rows ?? [];
  const place = useRowKeys<HTMLElement>();
  const isFiltered = Object.values(filter).some((value) => value !== undefined);
  return (
    <>
      <VerificationResult verification={verification} />
      <Panel ref={place} aria-label={copy.title}>
        <AuditFilterBar filter={filter} isFiltered={isFiltered} onChange={change}>
          <Button icon={ShieldCheck} isBusy={verification.isPending} onClick={() => verification.mutate()}>
            {copy.verify.action}
          </Button>
          <Button icon={Download} isBusy={saving.isPending} onClick={() => saving.mutate()}>
            {copy.export.action}
          </Button>
        </AuditFilterBar>
        <DataView query={list} label={copy.loading}>
          {() => {
            if (rows.length === 0) return <Nothing isFiltered={isFiltered} />;
            return isWide ? (
              <AuditTable entries={rows} onOpen={setOpen} />
            ) : (
              <AuditList entries={rows} onOpen={setOpen} />
            );
          }}
        </DataView>
        {rows.length > 0 && (
          <LoadMore
            shown={rows.length}
            hasMore={list.hasNextPage}
            isLoading={list.isFetchingNextPage}
            onMore={() => void list.fetchNextPage()}
          />
        )}
      </Panel>
      <EntryDialog entry={open} onClose={() => setOpen(null)} />
    </>
  );
}

function Nothing({ isFiltered }: { isFiltered: boolean }) {
  const words = isFiltered ? copy.noMatch : copy.none;
  return (
    <EmptyState icon={isFiltered ? SearchX : ListChecks} title={words.title}>
      <p>{words.text}</p>
    </EmptyState>
  );
}
