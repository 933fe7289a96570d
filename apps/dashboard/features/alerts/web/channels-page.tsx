import { Button, ConfirmDialog, IconButton, Panel, PanelHeader, Time } from '@nebula/ui';
import { Pencil, Plus, Radio, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { api, LineList, useMay, usePages, useRowKeys } from '../../../web/feature.ts';
import type { Channel } from '../contract.ts';
import { AlertsTabs } from './alerts-tabs.tsx';
import { useRemoveChannel, useTry } from './changes.ts';
import { channelCopy } from './channel-copy.ts';
import { ChannelDialog } from './channel-dialog.tsx';
import { DevicesPanel } from './devices-panel.tsx';
import { OutcomeMark } from './outcome-mark.tsx';
import { channelsQuery } from './queries.ts';

/** Where alerts are told: the channels of the house, and a person's own devices. */
export function ChannelsPage() {
  const list = usePages(channelsQuery);
  const mayChange = useMay('alerts:channels');
  const place = useRowKeys<HTMLElement>();
  const [edited, setEdited] = useState<Channel | 'new' | null>(null);
  const [doomed, setDoomed] = useState<Channel | null>(null);
  return (
    <>
      <AlertsTabs />
      <Panel ref={place} aria-labelledby="alert-channels">
        <PanelHeader
          id="alert-channels"
          title={channelCopy.title}
          description={channelCopy.text}
          actions={
            mayChange && (
              <Button icon={Plus} tone="primary" onClick={() => setEdited('new')}>
                {channelCopy.add}
              </Button>
            )
          }
        />
        <LineList
          list={list}
          label={channelCopy.title}
          loading={channelCopy.loading}
          none={channelCopy.none}
          icon={Radio}
          line={(channel) => (
            <ChannelLine
              key={channel.id}
              channel={channel}
              mayChange={mayChange}
              onEdit={() => setEdited(channel)}
              onRemove={() => setDoomed(channel)}
            />
          )}
        />
      </Panel>
      <DevicesPanel />
      {edited !== null && (
        <ChannelDialog before={edited === 'new' ? null : edited} onClose={() => setEdited(null)} />
      )}
      {doomed !== null && <RemoveDialog channel={doomed} onClose={() => setDoomed(null)} />}
    </>
  );
}

interface ChannelLineProps {
  channel: Channel;
  mayChange: boolean;
  onEdit: () => void;
  onRemove: () => void;
}

function ChannelLine({ channel, mayChange, onEdit, onRemove }: ChannelLineProps) {
  const { id, name, driver, place, isOn, lastOutcome, lastDetail, lastAt } = channel;
  const attempt = useTry(() => api.alerts.tryChannel({ params: { id } }));
  return (
    <li
      data-row
      className="flex flex-wrap items-center gap-x-4 gap-y-2 border-t border-hairline px-4 py-3 md:px-6"
    >
      <span className="min-w-0 grow basis-40">
        <bdi className="block font-medium break-words" translate="no">
          {name}
        </bdi>
        <span className="block text-sm break-words text-soft">
          {channelCopy.drivers[driver]} <span translate="no">{place}</span>
        </span>
      </span>
      <span className="flex items-center gap-3">
        <OutcomeMark outcome={isOn ? (lastOutcome ?? 'never') : 'off'} />
        {lastAt !== null && (
          <span className="text-sm text-muted">
            <Time at={lastAt} />
          </span>
        )}
      </span>
      {mayChange && (
        <span className="flex items-center gap-1">
          <Button
            aria-label={channelCopy.tryLabel(name)}
            isBusy={attempt.isPending}
            onClick={() => attempt.mutate()}
          >
            {channelCopy.try}
          </Button>
          <IconButton icon={Pencil} label={channelCopy.edit(name)} onClick={onEdit} />
          <IconButton icon={Trash2} label={channelCopy.remove(name)} onClick={onRemove} />
        </span>
      )}
      {lastDetail !== '' && lastOutcome !== 'sent' && (
        <span className="w-full text-sm break-words text-muted" translate="no">
          {lastDetail}
        </span>
      )}
    </li>
  );
}

function RemoveDialog({ channel, onClose }: { channel: Channel; onClose: () => void }) {
  const remove = useRemoveChannel(channel);
  return (
    <ConfirmDialog
      isOpen
      onClose={onClose}
      title={channelCopy.removeTitle}
      confirmLabel={channelCopy.removeConfirm}
      tone="danger"
      isBusy={remove.isPending}
      onConfirm={() => remove.mutate(undefined, { onSettled: onClose })}
    >
      {channelCopy.removeText}
    </ConfirmDialog>
  );
}
