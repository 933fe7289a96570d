import { Button, Dialog, formatDuration, StatusPill, type Tone } from '@nebula/ui';
import { useQuery } from '@tanstack/react-query';
import { CircleAlert, CircleCheck, CircleDashed, CircleHelp, CircleX, type LucideIcon } from 'lucide-react';
import { DataView } from '../../../web/feature.ts';
import type { Propagation, RecordSet } from '../contract.ts';
import { ValueList } from './conflict-panel.tsx';
import { copy, errorCopy } from './copy.ts';
import { type Place, spreadQuery } from './queries.ts';

const words = copy.spread;
type View = Propagation['views'][number];

const looks: Record<View['state'], { tone: Tone; icon: LucideIcon }> = {
  'as-wanted': { tone: 'up', icon: CircleCheck },
  other: { tone: 'degraded', icon: CircleAlert },
  absent: { tone: 'degraded', icon: CircleDashed },
  silent: { tone: 'neutral', icon: CircleHelp },
  failed: { tone: 'down', icon: CircleX },
};

/** What every name server of the zone, and each resolver, shows of one set of records. */
export function SpreadDialog({
  place,
  record,
  onClose,
}: {
  place: Place;
  record: Pick<RecordSet, 'name' | 'type'>;
  onClose: () => void;
}) {
  const { name, type } = record;
  const spread = useQuery(spreadQuery(place, { name, type }));
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={words.title(name, type)}
      actions={
        <>
          <Button isBusy={spread.isFetching} onClick={() => void spread.refetch()}>
            {words.again}
          </Button>
          <Button tone="primary" onClick={onClose}>
            {words.close}
          </Button>
        </>
      }
    >
      <DataView query={spread} label={words.loading} copy={errorCopy}>
        {({ views, isEverywhere, worstWaitSeconds }) => (
          <div className="flex flex-col gap-3">
            <p role="status">
              {isEverywhere ? words.everywhere : words.notYet}{' '}
              {!isEverywhere && worstWaitSeconds > 0 && words.wait(formatDuration(worstWaitSeconds * 1000))}
            </p>
            <ul>
              {views.map((view) => (
                <Server key={`${view.role} ${view.server}`} view={view} />
              ))}
            </ul>
          </div>
        )}
      </DataView>
    </Dialog>
  );
}

function Server({ view }: { view: View }) {
  const { tone, icon } = looks[view.state];
  return (
    <li className="flex flex-wrap items-start justify-between gap-x-4 gap-y-1 border-t border-hairline py-2">
      <div className="min-w-0">
        <p translate="no" className="font-medium break-all">
          {view.server}
        </p>
        <p className="text-sm text-muted">{words.roles[view.role]}</p>
        {view.state === 'other' && <ValueList values={view.values} />}
      </div>
      <StatusPill tone={tone} icon={icon}>
        {words.states[view.state]}
      </StatusPill>
    </li>
  );
}
