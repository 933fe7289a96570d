import { catalogue } from '../../../web/feature.ts';
import type { ChangeKind, ChangeMarker } from '../contract.ts';
import { changeWords, repeatedWords } from '../contract-words.ts';

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

const words = catalogue('changes.words', changeWords);
const repeated = catalogue('changes.repeated', repeatedWords);

/** What a marker says; `isData` where another feature's server made the sentence, which no catalogue knows. */
export function sentenceOf({ kind, values, sentence, count }: ChangeMarker): {
  text: string;
  isData: boolean;
} {
  if (values === null || !isRecorded(kind)) return { text: sentence, isData: true };
  const own = words[kind](values);
  return { text: count > 1 ? `${own} ${repeated.times(count)}` : own, isData: false };
}

function isRecorded(kind: ChangeKind): kind is keyof typeof changeWords {
  return Object.hasOwn(changeWords, kind);
}
