import {
  Badge,
  Button,
  ConfirmDialog,
  EmptyState,
  Panel,
  PanelHeader,
  StatusPill,
  Time,
  useNow,
} from '@nebula/ui';
import { KeyRound, Plus } from 'lucide-react';
import { useState } from 'react';
import { DataView, LoadMore, usePages } from '../../../web/feature.ts';
import type { ApiKey } from '../contract.ts';
import { copy } from './copy.ts';
import { CreateKeyDialog } from './create-key-dialog.tsx';
import { keyLook } from './key-look.ts';
import { useRevokeKey } from './changes.ts';
import { keysQuery } from './queries.ts';

/** Own API keys: what each may do, whether it still works, and the way to revoke it. */
export function ApiKeysPanel() {
  const list = usePages(keysQuery);
  const [isCreating, setCreating] = useState(false);
  const rows = list.rows ?? [];
  const create = (
    <Button tone="primary" icon={Plus} onClick={() => setCreating(true)}>
      {copy.keys.create}
    </Button>
  );
  return (
    <Panel aria-labelledby="account-keys">
      <PanelHeader
        id="account-keys"
        title={copy.keys.title}
        description={copy.keys.description}
        actions={rows.length > 0 && create}
      />
      <DataView query={list} label={copy.keys.loading}>
        {() =>
          rows.length === 0 ? (
            <EmptyState icon={KeyRound} title={copy.keys.none} action={create}>
              <p>{copy.keys.noneText}</p>
            </EmptyState>
          ) : (
            <ul aria-label={copy.keys.title}>
              {rows.map((key) => (
                <KeyLine key={key.id} apiKey={key} />
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
      {isCreating && <CreateKeyDialog onClose={() => setCreating(false)} />}
    </Panel>
  );
}

/** One API key; `isOwnerShown` where those of several people stand together. */
export function KeyLine({ apiKey, isOwnerShown = false }: { apiKey: ApiKey; isOwnerShown?: boolean }) {
  const look = keyLook(apiKey, useNow());
  const [isAsking, setAsking] = useState(false);
  const revoke = useRevokeKey(apiKey);
  return (
    <li className="flex flex-col gap-3 border-t border-hairline px-4 py-4 md:flex-row md:items-center md:gap-6 md:px-6">
      <div className="min-w-0 flex-1">
        <p className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <span className="min-w-0 truncate font-semibold" translate="no" title={apiKey.name}>
            {apiKey.name}
          </span>
          <StatusPill tone={look.tone} icon={look.icon}>
            {look.word}
          </StatusPill>
        </p>
        {isOwnerShown && (
          <p className="mt-1 truncate text-sm text-soft">
            {apiKey.owner === null ? copy.people.keys.noOwner : copy.people.keys.owner(apiKey.owner.email)}
          </p>
        )}
        <p className="mt-2 flex flex-wrap items-center gap-2">
          <code className="font-mono text-sm text-muted">{apiKey.hint}…</code>
          <Badge>{copy.roles[apiKey.role]}</Badge>
          {apiKey.scopes.map((scope) => (
            <Badge key={scope} isData={scope !== '*'}>
              {scope === '*' ? copy.create.everything : scope}
            </Badge>
          ))}
        </p>
      </div>
      <dl className="grid grid-cols-2 gap-x-6 gap-y-1 text-sm md:w-52">
        <dt className="text-muted">{copy.keys.lastUsed}</dt>
        <dd className="text-soft">
          {apiKey.lastUsedAt === null ? copy.keys.never : <Time at={apiKey.lastUsedAt} />}
        </dd>
        <dt className="text-muted">{copy.keys.expires}</dt>
        <dd className="text-soft">
          {apiKey.expiresAt === null ? copy.keys.never : <Time at={apiKey.expiresAt} />}
        </dd>
      </dl>
      <div className="md:w-24 md:text-right">
        {look.isActive && (
          <Button onClick={() => setAsking(true)} className="w-full md:w-auto">
            {copy.keys.revoke}
          </Button>
        )}
      </div>
      <ConfirmDialog
        isOpen={isAsking}
        onClose={() => setAsking(false)}
        title={copy.keys.revokeTitle(apiKey.name)}
        confirmLabel={copy.keys.revoke}
        tone="danger"
        isBusy={revoke.isPending}
        onConfirm={() => revoke.mutate(undefined, { onSettled: () => setAsking(false) })}
      >
        {copy.keys.revokeText}
      </ConfirmDialog>
    </li>
  );
}
