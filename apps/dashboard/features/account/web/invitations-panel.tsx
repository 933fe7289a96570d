import { Badge, Button, Panel, PanelHeader, Time } from '@nebula/ui';
import { api, DataView, LoadMore, usePages } from '../../../web/feature.ts';
import type { Invitation } from '../contract.ts';
import { useChange } from './changes.ts';
import { copy } from './copy.ts';
import { invitationsQuery } from './queries.ts';

const words = copy.people.invitations;

/** Invitations that wait for somebody. */
export function InvitationsPanel() {
  const list = usePages(invitationsQuery);
  const rows = list.rows ?? [];
  return (
    <Panel aria-labelledby="invitations">
      <PanelHeader id="invitations" title={words.title} description={words.description} />
      <DataView query={list} label={words.loading}>
        {() =>
          rows.length === 0 ? (
            <p className="px-4 pb-6 text-soft md:px-6">{words.none}</p>
          ) : (
            <ul aria-label={words.title}>
              {rows.map((invitation) => (
                <InvitationLine key={invitation.id} invitation={invitation} />
              ))}
            </ul>
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
    </Panel>
  );
}

function InvitationLine({ invitation }: { invitation: Invitation }) {
  const { email } = invitation;
  const withdraw = useChange<void, undefined>(
    () => api.account.withdrawInvitation({ params: { id: invitation.id } }),
    {
      done: () => words.withdrawn(email),
      failed: () => words.notWithdrawn(email),
      touches: 'invitations',
    },
  );
  return (
    <li className="flex items-center gap-4 border-t border-hairline px-4 py-4 md:px-6">
      <div className="min-w-0 flex-1">
        <p className="truncate font-semibold" translate="no">
          {email}
        </p>
        <p className="mt-1 flex flex-wrap items-center gap-2 text-sm text-muted">
          <Badge>{copy.roles[invitation.role]}</Badge>
          <span>
            {words.until} <Time at={invitation.expiresAt} />
          </span>
          {invitation.invitedBy !== null && <span>{words.by(invitation.invitedBy)}</span>}
        </p>
      </div>
      <Button
        aria-label={words.withdrawLabel(email)}
        isBusy={withdraw.isPending}
        onClick={() => withdraw.mutate()}
      >
        {words.withdraw}
      </Button>
    </li>
  );
}
