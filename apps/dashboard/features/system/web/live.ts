import { stateTopic } from '../../../web/feature.ts';
import type { Sample, Storage } from '../contract.ts';
import { addPoint, type History, type SystemState } from './patch.ts';

/** Keys of this feature in the query cache. */
export const keys = {
  now: ['system', 'now'] as const,
  history: ['system', 'history'] as const,
  processes: ['system', 'processes'] as const,
  units: ['system', 'units'] as const,
  unit: (name: string) => ['system', 'unit', name] as const,
};

/** Figures of the machine as they are read; they renew what the page has loaded. */
export const sampleTopic = stateTopic<Sample>('system.sample', (changes, client) => {
  for (const { value } of changes) {
    if (value === null) continue;
    // What the stream kept from before may be older than what was loaded.
    client.setQueryData<SystemState>(
      keys.now,
      (state) => state && (value.at > state.sample.at ? { ...state, sample: value } : state),
    );
    client.setQueryData<History>(keys.history, (history) => history && addPoint(history, value));
  }
});

/** Disks and temperatures as they are read. */
export const storageTopic = stateTopic<Storage>('system.storage', (changes, client) => {
  for (const { value } of changes) {
    if (value === null) continue;
    client.setQueryData<SystemState>(
      keys.now,
      (state) => state && (value.at > (state.storage?.at ?? '') ? { ...state, storage: value } : state),
    );
  }
});
