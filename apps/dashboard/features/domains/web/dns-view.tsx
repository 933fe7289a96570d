import {
  Button,
  Cell,
  type Column,
  ErrorStrip,
  formatDuration,
  Panel,
  PanelHeader,
  Row,
  Table,
  toneInk,
  useWideScreen,
} from '@nebula/ui';
import { Radar, Save } from 'lucide-react';
import { useState } from 'react';
import type { z } from 'zod';
import { fieldProblem, PageLink, troubleOf, useMay } from '../../../web/feature.ts';
import type { Domain, domains } from '../contract.ts';
import { useSave, useVerifyDns } from './changes.ts';
import { ConflictStrip } from './conflict-strip.tsx';
import { copy, errorCopy } from './copy.ts';
import { keeperOf, keeperWord } from './draft.ts';
import { KeeperField } from './keeper-field.tsx';
import { viewTone } from './looks.ts';

const words = copy.dns;
type Seen = z.output<typeof domains.endpoints.verifyDns.output>;
type ServerView = Seen['views'][number];

/** What name servers show of a domain, and who keeps its records. */
export function DnsView({ domain }: { domain: Domain }) {
  return (
    <>
      <ShownNow domain={domain} />
      <Keeper domain={domain} />
    </>
  );
}

function ShownNow({ domain: { id, dns } }: { domain: Domain }) {
  const mayWrite = useMay('domains:write');
  const verify = useVerifyDns(id);
  return (
    <Panel aria-labelledby="domain-dns">
      <PanelHeader
        id="domain-dns"
        title={words.title}
        description={words.text}
        actions={
          mayWrite && (
            <Button icon={Radar} isBusy={verify.isPending} onClick={() => verify.mutate()}>
              {words.ask}
            </Button>
          )
        }
      />
      {dns.kind === 'elsewhere' && <p className="px-4 pb-4 text-soft md:px-6">{words.elsewhere}</p>}
      <div aria-live="polite" aria-busy={verify.isPending}>
        {verify.isPending && <p className="px-4 pb-4 text-soft md:px-6">{words.asking}</p>}
        {verify.data !== undefined && <SeenNow seen={verify.data} />}
      </div>
    </Panel>
  );
}

function SeenNow({ seen }: { seen: Seen }) {
  const isWide = useWideScreen();
  const wait = formatDuration(seen.worstWaitSeconds * 1000);
  return (
    <>
      <div className="flex flex-col gap-1 px-4 pb-4 md:px-6">
        <p className={seen.isEverywhere ? 'text-success' : 'text-warning'}>
          {seen.isEverywhere ? words.everywhere : words.notEverywhere(wait)}
        </p>
        <p className="flex flex-wrap gap-x-2 text-sm text-soft">
          {words.wanted}
          {seen.wanted.map(({ type, values }) => (
            <code key={type} className="font-mono break-all text-ink">
              {type} {values.join(' ')}
            </code>
          ))}
        </p>
      </div>
      {isWide ? <ViewTable views={seen.views} /> : <ViewList views={seen.views} />}
    </>
  );
}

const columns: Column[] = [
  { id: 'server', title: words.columns.server },
  { id: 'role', title: words.columns.role, width: 'w-32' },
  { id: 'type', title: words.columns.type, width: 'w-20' },
  { id: 'state', title: words.columns.state, width: 'w-36' },
  { id: 'shows', title: words.columns.shows, width: 'w-48' },
  { id: 'holds', title: words.columns.holds, width: 'w-28', align: 'right', isWideOnly: true },
];

function ViewTable({ views }: { views: ServerView[] }) {
  return (
    <Table label={words.title} columns={columns}>
      {views.map((view) => (
        <Row key={`${view.server} ${view.type}`}>
          <Cell translate="no" className="truncate" title={view.server}>
            {view.server}
          </Cell>
          <Cell className="text-soft">{words.roles[view.role]}</Cell>
          <Cell translate="no" className="font-mono text-sm">
            {view.type}
          </Cell>
          <Cell className={toneInk(viewTone(view.state))}>{words.states[view.state]}</Cell>
          <Cell translate="no" className="font-mono text-sm break-all">
            {view.values.join(' ')}
          </Cell>
          <Cell align="right" isWideOnly className="figures text-soft">
            {view.holdsFor !== null && formatDuration(view.holdsFor * 1000)}
          </Cell>
        </Row>
      ))}
    </Table>
  );
}

function ViewList({ views }: { views: ServerView[] }) {
  return (
    <ul aria-label={words.title}>
      {views.map((view) => (
        <li
          key={`${view.server} ${view.type}`}
          className="flex flex-col gap-1 border-t border-hairline px-4 py-3"
        >
          <span className="flex flex-wrap justify-between gap-x-3">
            <bdi translate="no" className="min-w-0 break-all">
              {view.server}
            </bdi>
            <span className={toneInk(viewTone(view.state))}>{words.states[view.state]}</span>
          </span>
          <span className="flex flex-wrap gap-x-3 text-sm text-muted">
            {words.roles[view.role]}
            <code className="font-mono break-all">
              {view.type} {view.values.join(' ')}
            </code>
            {view.holdsFor !== null && <span>{formatDuration(view.holdsFor * 1000)}</span>}
          </span>
        </li>
      ))}
    </ul>
  );
}

function Keeper({ domain }: { domain: Domain }) {
  const { name } = domain;
  const mayWrite = useMay('domains:write');
  const [seen, setSeen] = useState(() => seenOf(domain));
  const save = useSave(domain);
  function keep(on: number): void {
    save.mutate(
      { version: on, change: { dns: keeperOf(seen.word), followsAddress: seen.isFollowing } },
      { onSuccess: (saved) => setSeen(seenOf(saved)) },
    );
  }
  return (
    <Panel aria-labelledby="domain-keeper">
      <PanelHeader
        id="domain-keeper"
        title={words.keeper}
        description={words.keeperText}
        actions={
          domain.dns.kind === 'provider' && (
            <PageLink
              to={`/dns/zones/${domain.dns.providerId}/${encodeURIComponent(domain.dns.zone)}`}
              className="inline-flex min-h-11 items-center text-sm text-link underline-offset-4 hover:underline md:min-h-6"
            >
              {words.zone}
            </PageLink>
          )
        }
      />
      <form
        className="max-w-2xl px-4 pb-6 md:px-6"
        onSubmit={(event) => {
          event.preventDefault();
          keep(seen.version);
        }}
      >
        <fieldset disabled={!mayWrite} className="flex min-w-0 flex-col gap-4">
          <KeeperField
            name={name}
            value={seen.word}
            error={fieldProblem(save.error, 'body.dns.providerId')}
            onChange={(word) => setSeen({ ...seen, word })}
            isFollowing={seen.isFollowing}
            onFollow={(isFollowing) => setSeen({ ...seen, isFollowing })}
          />
          {save.isConflict ? (
            <ConflictStrip
              theirs={domain}
              isBusy={save.isPending}
              onMine={() => keep(domain.version)}
              onTheirs={() => {
                setSeen(seenOf(domain));
                save.reset();
              }}
            />
          ) : (
            save.error !== null && <ErrorStrip trouble={troubleOf(save.error, errorCopy)} />
          )}
          {mayWrite && (
            <Button type="submit" icon={Save} isBusy={save.isPending} className="self-start">
              {words.save}
            </Button>
          )}
        </fieldset>
      </form>
    </Panel>
  );
}

function seenOf({ dns, version, followsAddress }: Domain) {
  return { word: keeperWord(dns), version, isFollowing: followsAddress };
}
