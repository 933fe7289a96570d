import { Button, ConfirmDialog, Dialog, FactList, IconButton, Select, Time } from '@nebula/ui';
import { useQuery } from '@tanstack/react-query';
import { Link2, Unplug } from 'lucide-react';
import { useState } from 'react';
import { DataPairs, dataFact, DataView, PageLink, ShortId, useMay } from '../../../web/feature.ts';
import type { Member, Network } from '../contract.ts';
import { useJoin, useLeave } from './changes.ts';
import { copy } from './copy.ts';
import { choicesQuery, networkQuery } from './queries.ts';

const words = copy.detail;

/** Everything about one network, and who is on it. */
export function NetworkDialog({ id, onClose }: { id: string; onClose: () => void }) {
  const network = useQuery(networkQuery(id));
  return (
    <Dialog isOpen isWide onClose={onClose} title={network.data?.name ?? words.title}>
      <DataView query={network} label={words.loading}>
        {(data) => <Details network={data} />}
      </DataView>
    </Dialog>
  );
}

function Details({ network }: { network: Network }) {
  const { id, driver, createdAt, project, subnets, labels, isSystem } = network;
  const mayChange = useMay('networks:operate') && !isSystem;
  return (
    <div className="-mx-4 flex max-h-[70dvh] flex-col gap-2 overflow-y-auto md:-mx-6">
      <FactList
        facts={[
          { term: words.id, value: <ShortId id={id} /> },
          { term: words.driver, value: driver, isData: true },
          dataFact(
            words.subnets,
            subnets.map(({ subnet }) => subnet),
          ),
          dataFact(
            words.gateways,
            subnets.map(({ gateway }) => gateway ?? ''),
          ),
          ...(createdAt === null ? [] : [{ term: words.made, value: <Time at={createdAt} /> }]),
          dataFact(words.project, [project ?? '']),
        ]}
      />
      <Members network={network} mayChange={mayChange} />
      <DataPairs title={words.labels} pairs={Object.entries(labels)} />
    </div>
  );
}

function Members({ network: { id, name, members }, mayChange }: { network: Network; mayChange: boolean }) {
  const leave = useLeave(id);
  const [leaving, setLeaving] = useState<Member | null>(null);
  return (
    <section className="px-4 pb-4 md:px-6">
      <h3 className="pb-2 text-sm text-muted">{words.members}</h3>
      {members.length === 0 && <p className="text-soft">{copy.nobody}</p>}
      <ul>
        {members.map((member) => (
          <li
            key={member.id}
            className="flex items-center gap-3 border-t border-hairline py-1 first:border-0"
          >
            <PageLink
              to={`/containers/${member.id}`}
              translate="no"
              className="min-w-0 flex-1 truncate leading-8 underline-offset-4 hover:text-link hover:underline"
            >
              <bdi>{member.name}</bdi>
            </PageLink>
            <Address member={member} />
            {mayChange && (
              <IconButton icon={Unplug} label={words.leave(member.name)} onClick={() => setLeaving(member)} />
            )}
          </li>
        ))}
      </ul>
      {mayChange && <Join id={id} members={members} />}
      {leaving !== null && (
        <ConfirmDialog
          isOpen
          onClose={() => setLeaving(null)}
          title={words.leaveTitle(leaving.name, name)}
          confirmLabel={words.leaveConfirm}
          tone="danger"
          isBusy={leave.isPending}
          onConfirm={() => leave.mutate(leaving, { onSettled: () => setLeaving(null) })}
        >
          {words.leaveText}
        </ConfirmDialog>
      )}
    </section>
  );
}

function Address({ member: { address, addressV6, isRunning } }: { member: Member }) {
  if (!isRunning) return <span className="text-sm text-muted">{words.notRunning}</span>;
  return (
    <span className="flex flex-col text-right font-mono text-sm text-soft" translate="no">
      <span>{address}</span>
      {addressV6 !== null && <span className="break-all">{addressV6}</span>}
    </span>
  );
}

function Join({ id, members }: { id: string; members: readonly Member[] }) {
  const join = useJoin(id);
  const choices = useQuery(choicesQuery);
  const [chosenId, setChosenId] = useState('');
  const on = new Set(members.map((member) => member.id));
  const free = (choices.data ?? []).filter((container) => !on.has(container.id));
  const chosen = free.find((container) => container.id === chosenId);
  return (
    <form
      className="flex flex-wrap items-center gap-3 pt-4"
      onSubmit={(event) => {
        event.preventDefault();
        if (chosen !== undefined) join.mutate(chosen, { onSuccess: () => setChosenId('') });
      }}
    >
      <Select
        aria-label={words.joinLabel}
        value={chosen === undefined ? '' : chosenId}
        onChange={(event) => setChosenId(event.target.value)}
        className="min-w-40 flex-1"
      >
        <option value="">{words.choose}</option>
        {free.map((container) => (
          <option key={container.id} value={container.id} translate="no">
            {container.name}
          </option>
        ))}
      </Select>
      <Button
        type="submit"
        icon={Link2}
        isBusy={join.isPending}
        disabled={chosen === undefined}
        className="disabled:opacity-50"
      >
        {words.join}
      </Button>
    </form>
  );
}
