import { Button, ConfirmDialog, Panel, PanelHeader, StatusPill, Time } from '@nebula/ui';
import { MonitorCheck } from 'lucide-react';
import { useState } from 'react';
import { api, DataView, LoadMore, usePages } from '../../../web/feature.ts';
import type { Session } from '../contract.ts';
import { useChange } from './changes.ts';
import { copy } from './copy.ts';
import { sessionsQuery } from './queries.ts';

const words = copy.sessions;

/** Where the account is signed in, and the way to end that. */
export function SessionsPanel() {
  const list = usePages(sessionsQuery);
  const [isAsking, setAsking] = useState(false);
  const rows = list.rows ?? [];
  const endOthers = useChange(() => api.account.endOtherSessions(), {
    done: (_, { ended }) => words.endedOthers(ended),
    failed: () => words.notEndedOthers,
    touches: 'sessions',
  });
  return (
    <Panel aria-labelledby="account-sessions">
      <PanelHeader
        id="account-sessions"
        title={words.title}
        description={words.text}
        actions={rows.length > 1 && <Button onClick={() => setAsking(true)}>{words.endOthers}</Button>}
      />
      <DataView query={list} label={words.loading}>
        {() => (
          <ul aria-label={words.title}>
            {rows.map((session) => (
              <SessionLine key={session.id} session={session} />
            ))}
          </ul>
        )}
      </DataView>
      {list.hasNextPage && (
        <LoadMore
          shown={rows.length}
          hasMore
          isLoading={list.isFetchingNextPage}
          onMore={() => void list.fetchNextPage()}
        />
      )}
      <ConfirmDialog
        isOpen={isAsking}
        onClose={() => setAsking(false)}
        title={words.endOthersTitle}
        confirmLabel={words.endOthers}
        tone="danger"
        isBusy={endOthers.isPending}
        onConfirm={() => endOthers.mutate(undefined, { onSettled: () => setAsking(false) })}
      >
        {words.endOthersText}
      </ConfirmDialog>
    </Panel>
  );
}

function SessionLine({ session }: { session: Session }) {
  const { browser, system, address } = session;
  const device = browser === '' ? system || words.unknown : words.on(browser, system);
  const end = useChange<void, undefined>(() => api.account.endSession({ params: { id: session.id } }), {
    done: () => words.ended(device),
    failed: () => words.notEnded(device),
    touches: 'sessions',
  });
  return (
    <li className="flex items-center gap-4 border-t border-hairline px-4 py-4 md:px-6">
      <div className="min-w-0 flex-1">
        <p className="flex flex-wrap items-center gap-x-3 gap-y-1 font-semibold">
          {device}
          {session.isCurrent && (
            <StatusPill tone="up" icon={MonitorCheck}>
              {words.here}
            </StatusPill>
          )}
        </p>
        <p className="mt-1 flex flex-wrap gap-x-4 gap-y-1 text-sm text-muted">
          <code className="font-mono">{address}</code>
          <span>
            {words.seen} <Time at={session.lastSeenAt} />
          </span>
          <span>
            {words.begun} <Time at={session.createdAt} />
          </span>
        </p>
      </div>
      {!session.isCurrent && (
        <Button aria-label={words.endLabel(device)} isBusy={end.isPending} onClick={() => end.mutate()}>
          {words.end}
        </Button>
      )}
    </li>
  );
}
