import { Button, IconButton, Panel, PanelHeader, StatusPill, Time } from '@nebula/ui';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { BellRing, MonitorCheck, Trash2 } from 'lucide-react';
import { api, DataView, notify, useMay } from '../../../web/feature.ts';
import type { Device } from '../contract.ts';
import { tellFailure, useAddDevice, useRemoveDevice, useTry } from './changes.ts';
import { channelCopy } from './channel-copy.ts';
import { OutcomeMark } from './outcome-mark.tsx';
import { PushRefused, ownEndpointHash, pushState, subscribe, unsubscribe } from './push.ts';
import { devicesQuery, keys } from './queries.ts';

const words = channelCopy.devices;
const hereQuery = {
  queryKey: [...keys.devices, 'here'],
  queryFn: async () => ({ state: await pushState(), hash: await ownEndpointHash() }),
  refetchInterval: 5000,
};

/** A person's own browsers, and the way to add this one. */
export function DevicesPanel() {
  const devices = useQuery(devicesQuery);
  const here = useQuery(hereQuery);
  const client = useQueryClient();
  const maySee = useMay('alerts:read');
  const add = useAddDevice();
  if (!maySee) return null;
  const { state, hash } = here.data ?? { state: 'waiting', hash: null };
  const isAdded = devices.data?.items.some(({ endpointHash }) => endpointHash === hash) ?? false;
  const publicKey = devices.data?.publicKey;

  function addHere(): void {
    if (publicKey === undefined) return;
    add.mutate(() => subscribe(publicKey), {
      onError: (error) => {
        if (error instanceof PushRefused)
          notify({ kind: 'error', title: words.failed, description: error.message });
        else tellFailure(words.failed, error);
      },
      onSettled: () => void client.invalidateQueries({ queryKey: keys.devices }),
    });
  }

  return (
    <Panel aria-labelledby="alert-devices">
      <PanelHeader
        id="alert-devices"
        title={words.title}
        description={words.text}
        actions={
          state === 'ready' &&
          !isAdded && (
            <Button icon={BellRing} isBusy={add.isPending} onClick={addHere}>
              {words.add}
            </Button>
          )
        }
      />
      {state !== 'ready' && (
        <p role="status" className="px-4 pb-4 text-soft md:px-6">
          {words.states[state]}
        </p>
      )}
      <DataView query={devices} label={words.loading}>
        {({ items }) =>
          items.length === 0 ? (
            <p className="px-4 pb-6 text-soft md:px-6">{words.none}</p>
          ) : (
            <ul className="pb-2" aria-label={words.title}>
              {items.map((device) => (
                <DeviceLine key={device.id} device={device} isHere={device.endpointHash === hash} />
              ))}
            </ul>
          )
        }
      </DataView>
    </Panel>
  );
}

function DeviceLine({ device, isHere }: { device: Device; isHere: boolean }) {
  const { id, name, place, createdAt, lastOutcome } = device;
  const attempt = useTry(() => api.alerts.tryDevice({ params: { id } }));
  const remove = useRemoveDevice(id);
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-1 border-t border-hairline px-4 py-2 md:px-6">
      <span className="min-w-0 grow basis-40">
        <bdi className="block font-medium break-words" translate="no">
          {name}
        </bdi>
        <span className="block text-sm break-words text-muted" translate="no">
          {place}
        </span>
      </span>
      {isHere && (
        <StatusPill tone="up" icon={MonitorCheck}>
          {words.here}
        </StatusPill>
      )}
      <OutcomeMark outcome={lastOutcome ?? 'never'} />
      <span className="text-sm text-muted">
        <Time at={createdAt} />
      </span>
      <span className="flex items-center gap-1">
        <Button aria-label={words.tryLabel(name)} isBusy={attempt.isPending} onClick={() => attempt.mutate()}>
          {channelCopy.try}
        </Button>
        <IconButton
          icon={Trash2}
          label={words.remove(name)}
          onClick={() => {
            if (isHere) void unsubscribe();
            remove.mutate();
          }}
        />
      </span>
    </li>
  );
}
