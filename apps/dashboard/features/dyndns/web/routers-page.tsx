import { Button, ConfirmDialog, IconButton, Panel, PanelHeader, Time } from '@nebula/ui';
import { Plus, Router, Trash2, Wifi } from 'lucide-react';
import { useState } from 'react';
import { AskName, LineList, useMay, usePages } from '../../../web/feature.ts';
import type { LedName, RouterToken } from '../contract.ts';
import { useAddName, useRemoveName, useRevokeToken } from './changes.ts';
import { copy, errorCopy } from './copy.ts';
import { DyndnsTabs } from './dyndns-tabs.tsx';
import { MakeTokenDialog } from './make-token-dialog.tsx';
import { NameLine } from './name-line.tsx';
import { namesQuery, tokensQuery } from './queries.ts';
import { SettingsDialog } from './settings-dialog.tsx';

/** Tokens of routers with their names, and the names that follow this machine. */
export function RoutersPage() {
  return (
    <>
      <DyndnsTabs />
      <TokensPanel />
      <NamesPanel />
    </>
  );
}

function TokensPanel() {
  const list = usePages(tokensQuery);
  const mayWrite = useMay('dyndns:write');
  const [isMaking, setMaking] = useState(false);
  const words = copy.tokens;
  const make = mayWrite && (
    <Button icon={Plus} tone="primary" onClick={() => setMaking(true)}>
      {words.make}
    </Button>
  );
  return (
    <Panel aria-labelledby="router-tokens">
      <PanelHeader id="router-tokens" title={words.title} description={words.text} actions={make} />
      <LineList
        list={list}
        label={words.title}
        loading={words.loading}
        none={words.none}
        icon={Router}
        line={(row) => <TokenLine key={row.id} token={row} mayWrite={mayWrite} />}
      />
      {isMaking && <MakeTokenDialog onClose={() => setMaking(false)} />}
    </Panel>
  );
}

function TokenLine({ token, mayWrite }: { token: RouterToken; mayWrite: boolean }) {
  const words = copy.tokens;
  const [open, setOpen] = useState<'settings' | 'revoke' | null>(null);
  const revoke = useRevokeToken(token);
  const close = () => setOpen(null);
  return (
    <li className="flex flex-col gap-3 border-t border-hairline px-4 py-4 md:px-6">
      <div className="flex flex-wrap items-start gap-x-4 gap-y-2">
        <div className="min-w-0 flex-1 basis-48">
          <p translate="no" className="font-semibold break-all">
            {token.label}
          </p>
          <p className="text-sm text-muted">
            <code className="font-mono">{token.hint}…</code>
          </p>
        </div>
        <LastUse token={token} />
        <div className="flex items-center gap-1">
          <Button aria-label={words.settingsOf(token.label)} onClick={() => setOpen('settings')}>
            {words.settings}
          </Button>
          {mayWrite && (
            <IconButton icon={Trash2} label={words.revokeOf(token.label)} onClick={() => setOpen('revoke')} />
          )}
        </div>
      </div>
      {token.refused !== null && <p className="text-sm text-warning">{words.refused[token.refused]}</p>}
      <ul aria-label={words.names(token.label)} className="flex flex-col gap-2">
        {token.names.map((row) => (
          <li key={row.id} className="flex">
            <NameLine row={row} />
          </li>
        ))}
      </ul>
      {open === 'settings' && <SettingsDialog token={token} onClose={close} />}
      <ConfirmDialog
        isOpen={open === 'revoke'}
        onClose={close}
        title={words.revokeTitle(token.label)}
        confirmLabel={words.revoke}
        tone="danger"
        isBusy={revoke.isPending}
        onConfirm={() => revoke.mutate(undefined, { onSettled: close })}
      >
        {words.revokeText}
      </ConfirmDialog>
    </li>
  );
}

/** When it was used last, from where, and what the router was answered. */
function LastUse({ token: { lastUsedAt, lastFrom, lastAnswer } }: { token: RouterToken }) {
  const words = copy.tokens;
  return (
    <dl className="grid grid-cols-[auto_1fr] gap-x-3 gap-y-0.5 text-sm">
      <dt className="text-muted">{words.lastUsed}</dt>
      <dd className="text-soft">{lastUsedAt === null ? words.never : <Time at={lastUsedAt} />}</dd>
      {lastFrom !== null && (
        <>
          <dt className="text-muted">{words.from}</dt>
          <dd translate="no" className="font-mono break-all text-soft">
            {lastFrom}
          </dd>
        </>
      )}
      {lastAnswer !== null && (
        <>
          <dt className="text-muted">{words.answered}</dt>
          <dd translate="no" className="font-mono break-all whitespace-pre-line text-soft">
            {lastAnswer}
          </dd>
        </>
      )}
    </dl>
  );
}

function NamesPanel() {
  const list = usePages(namesQuery);
  const mayWrite = useMay('dyndns:write');
  const [isAdding, setAdding] = useState(false);
  const words = copy.names;
  const add = mayWrite && (
    <Button icon={Plus} onClick={() => setAdding(true)}>
      {words.add}
    </Button>
  );
  return (
    <Panel aria-labelledby="own-names">
      <PanelHeader id="own-names" title={words.title} description={words.text} actions={add} />
      <LineList
        list={list}
        label={words.title}
        loading={words.loading}
        none={words.none}
        icon={Wifi}
        line={(row) => <OwnName key={row.id} row={row} mayWrite={mayWrite} />}
      />
      {isAdding && <AddName onClose={() => setAdding(false)} />}
    </Panel>
  );
}

/** Lets a name follow this machine. */
function AddName({ onClose }: { onClose: () => void }) {
  const add = useAddName();
  const words = copy.names;
  return (
    <AskName
      title={words.add}
      text={words.text}
      label={words.name}
      help={words.nameHelp}
      confirm={words.addSubmit}
      path="body.name"
      change={add}
      copy={errorCopy}
      onClose={onClose}
    />
  );
}

function OwnName({ row, mayWrite }: { row: LedName; mayWrite: boolean }) {
  const words = copy.names;
  const [isAsking, setAsking] = useState(false);
  const remove = useRemoveName(row);
  return (
    <li className="flex items-start gap-3 border-t border-hairline px-4 py-3 md:px-6">
      <NameLine row={row} />
      {mayWrite && (
        <IconButton icon={Trash2} label={words.remove(row.name)} onClick={() => setAsking(true)} />
      )}
      <ConfirmDialog
        isOpen={isAsking}
        onClose={() => setAsking(false)}
        title={words.removeTitle(row.name)}
        confirmLabel={words.removeConfirm}
        tone="danger"
        isBusy={remove.isPending}
        onConfirm={() => remove.mutate(undefined, { onSettled: () => setAsking(false) })}
      >
        {words.removeText}
      </ConfirmDialog>
    </li>
  );
}
