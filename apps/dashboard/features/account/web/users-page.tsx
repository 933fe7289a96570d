import { Badge, Button, Panel, PanelHeader, StatusPill, Time } from '@nebula/ui';
import { CircleCheck, CircleOff, UserPlus } from 'lucide-react';
import { useState } from 'react';
import { DataView, LoadMore, usePages, useRowKeys, useSession } from '../../../web/feature.ts';
import type { ListedUser } from '../contract.ts';
import { copy } from './copy.ts';
import { EditUserDialog } from './edit-user-dialog.tsx';
import { EveryKeyPanel } from './every-key-panel.tsx';
import { InvitationsPanel } from './invitations-panel.tsx';
import { InviteDialog } from './invite-dialog.tsx';
import { usersQuery } from './queries.ts';
import { RemoveUserDialog } from './remove-user-dialog.tsx';

const words = copy.people;

/** Everybody's accounts, open invitations and API keys, for those who manage them. */
export function UsersPage() {
  const list = usePages(usersQuery);
  const [isInviting, setInviting] = useState(false);
  const rows = list.rows ?? [];
  const place = useRowKeys<HTMLUListElement>();
  return (
    <>
      <Panel aria-labelledby="users">
        <PanelHeader
          id="users"
          title={words.title}
          description={words.description}
          actions={
            <Button tone="primary" icon={UserPlus} onClick={() => setInviting(true)}>
              {words.invite}
            </Button>
          }
        />
        <DataView query={list} label={words.loading}>
          {() => (
            <ul ref={place} aria-label={words.title}>
              {rows.map((user) => (
                <UserLine key={user.id} user={user} />
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
      </Panel>
      <InvitationsPanel />
      <EveryKeyPanel />
      {isInviting && <InviteDialog onClose={() => setInviting(false)} />}
    </>
  );
}

function UserLine({ user }: { user: ListedUser }) {
  const { user: me } = useSession();
  const [open, setOpen] = useState<'none' | 'edit' | 'remove'>('none');
  const close = () => setOpen('none');
  return (
    <li
      data-row
      className="flex flex-col gap-3 border-t border-hairline px-4 py-4 md:flex-row md:items-center md:gap-6 md:px-6"
    >
      <div className="min-w-0 flex-1">
        <p className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <span className="min-w-0 truncate font-semibold" translate="no">
            {user.name}
          </span>
          {user.id === me?.id && <Badge>{words.you}</Badge>}
          {user.isDisabled ? (
            <StatusPill tone="paused" icon={CircleOff}>
              {words.disabled}
            </StatusPill>
          ) : (
            <StatusPill tone="up" icon={CircleCheck}>
              {words.active}
            </StatusPill>
          )}
        </p>
        <p className="mt-1 truncate text-sm text-soft" translate="no">
          {user.email}
        </p>
        <p className="mt-2 flex flex-wrap gap-2">
          <Badge>{copy.roles[user.role]}</Badge>
          {user.hasTwoStep && <Badge>{words.twoStep}</Badge>}
          {user.passkeys > 0 && <Badge>{words.passkeys(user.passkeys)}</Badge>}
          {!user.hasTwoStep && user.passkeys === 0 && <Badge>{words.passwordOnly}</Badge>}
        </p>
      </div>
      <dl className="grid grid-cols-2 gap-x-6 gap-y-1 text-sm md:w-52">
        <dt className="text-muted">{words.seen}</dt>
        <dd className="text-soft">
          {user.lastSeenAt === null ? words.never : <Time at={user.lastSeenAt} />}
        </dd>
        <dt className="text-muted">{words.since}</dt>
        <dd className="text-soft">
          <Time at={user.createdAt} />
        </dd>
      </dl>
      <div className="flex gap-2">
        <Button className="flex-1" aria-label={words.editLabel(user.email)} onClick={() => setOpen('edit')}>
          {words.edit}
        </Button>
        <Button
          className="flex-1"
          aria-label={words.removeLabel(user.email)}
          onClick={() => setOpen('remove')}
        >
          {words.remove}
        </Button>
      </div>
      {open === 'edit' && <EditUserDialog user={user} onClose={close} />}
      {open === 'remove' && <RemoveUserDialog user={user} onClose={close} />}
    </li>
  );
}
