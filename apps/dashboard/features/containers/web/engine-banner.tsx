import { Panel, Time } from '@nebula/ui';
import { PlugZap } from 'lucide-react';
import type { EngineStatus } from '../contract.ts';
import { copy } from './copy.ts';

/** Says that the container engine does not answer, since when, and what to do about it. */
export function EngineBanner({ engine }: { engine: EngineStatus }) {
  return (
    <Panel role="alert" className="flex items-start gap-4 border-warning! p-4 md:px-6">
      <PlugZap aria-hidden size={22} className="mt-0.5 shrink-0 text-warning" />
      <div className="min-w-0">
        <p className="font-semibold">
          {copy.noEngine}{' '}
          <span className="font-normal text-muted">
            (<Time at={engine.since} />)
          </span>
        </p>
        <p className="mt-1 break-words text-soft">{engine.detail}</p>
      </div>
    </Panel>
  );
}
