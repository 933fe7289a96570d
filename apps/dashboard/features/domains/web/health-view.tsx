import { Button, formatDuration, Panel, PanelHeader, Time, useNow } from '@nebula/ui';
import { useQuery } from '@tanstack/react-query';
import { HeartPulse } from 'lucide-react';
import { DataView, useMay } from '../../../web/feature.ts';
import type { Domain, HealthCheck, HealthState } from '../contract.ts';
import { useCheck } from './changes.ts';
import { copy } from './copy.ts';
import { healthSlots } from './health-slots.ts';
import { healthLook } from './looks.ts';
import { healthQuery } from './queries.ts';
import { Pill } from './states.tsx';

const words = copy.health;
/** A quarter of an hour each. */
const slotCount = 96;

/** How a domain does, layer by layer, now and over the last 24 hours. */
export function HealthView({ domain: { id } }: { domain: Domain }) {
  const mayWrite = useMay('domains:write');
  const health = useQuery(healthQuery(id));
  const check = useCheck(id);
  return (
    <Panel aria-labelledby="domain-health">
      <PanelHeader
        id="domain-health"
        title={words.title}
        description={words.text}
        actions={
          mayWrite && (
            <Button icon={HeartPulse} isBusy={check.isPending} onClick={() => check.mutate()}>
              {words.check}
            </Button>
          )
        }
      />
      <DataView query={health} label={words.loading}>
        {({ checks }) => {
          const [last] = checks;
          if (last === undefined) return <p className="px-4 pb-6 text-soft md:px-6">{words.none}</p>;
          return (
            <>
              <Strip checks={checks} />
              <Layers check={last} />
            </>
          );
        }}
      </DataView>
    </Panel>
  );
}

const fills: Record<HealthState, string> = {
  ok: 'bg-up',
  warning: 'bg-degraded',
  failed: 'bg-down',
  unknown: 'bg-paused',
};

function Strip({ checks }: { checks: HealthCheck[] }) {
  const now = useNow();
  const well = checks.filter(({ state }) => state === 'ok').length;
  const counts = words.counts(well, checks.length);
  return (
    <div className="flex flex-col gap-1 px-4 pb-6 md:px-6">
      <p className="figures text-sm text-soft">{counts}</p>
      <div role="img" aria-label={`${words.strip}: ${counts}`} className="flex h-8 gap-px">
        {healthSlots(checks, now, slotCount).map((state, at) => (
          <span
            // Places in the day, which is what they are.
            key={at}
            className={`h-full flex-1 rounded-sm ${state === null ? 'bg-hover' : fills[state]}`}
          />
        ))}
      </div>
      <p className="flex justify-between text-xs text-muted">
        <span>{words.begin}</span>
        <span>{words.end}</span>
      </p>
    </div>
  );
}

function Layers({ check }: { check: HealthCheck }) {
  return (
    <>
      <p className="flex flex-wrap items-center gap-x-3 px-4 pb-3 text-sm text-soft md:px-6">
        {words.last} <Time at={check.at} /> <Pill look={healthLook(check.state)} />
      </p>
      <ul className="grid gap-px border-t border-hairline md:grid-cols-2">
        {check.layers.map(({ layer, state, detail, ms }) => (
          <li key={layer} className="flex flex-col gap-1 px-4 py-4 md:px-6">
            <span className="flex flex-wrap items-center gap-x-3">
              <span className="font-semibold">{words.layers[layer]}</span>
              <Pill look={healthLook(state)} />
              {ms !== null && (
                <span className="figures text-sm text-muted">{words.took(formatDuration(ms))}</span>
              )}
            </span>
            <span className="text-sm text-muted">{words.means[layer]}</span>
            <bdi translate="no" className="text-sm break-words text-soft">
              {detail}
            </bdi>
          </li>
        ))}
      </ul>
    </>
  );
}
