import { catalogue } from '../../../web/feature.ts';
import type { ChangeKind } from '../contract.ts';

const kinds: Record<ChangeKind, string> = {
  created: 'Made',
  updated: 'New image',
  started: 'Started',
  stopped: 'Stopped',
  ended: 'Ended',
  died: 'Died',
  'out-of-memory': 'Out of memory',
  paused: 'Paused',
  unpaused: 'Goes on',
  renamed: 'Renamed',
  removed: 'Removed',
  unhealthy: 'Unhealthy',
  healthy: 'Healthy',
  'engine-lost': 'Engine away',
  'engine-back': 'Engine back',
  booted: 'Machine started',
  'server-started': 'NebulaCommand started',
  run: 'Run',
  deploy: 'Deployed',
  incident: 'Incident',
};

/** Every sentence about what changed. */
export const copy = catalogue('changes', {
  title: 'What changed',
  text: 'The same marks stand in the charts. One that is about an app leads to the lines before it.',
  loading: 'Loading what changed',
  none: 'Nothing changed in this span.',
  kinds,
  toLines: 'Lines before it',
  toPage: 'Open',
  more: 'Only the newest of this span are shown.',
});
