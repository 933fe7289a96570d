import type { Condition } from '@nebula/runtime';
import { kinds, type KindName } from './contract-kinds.ts';
import type { IncidentRow } from './store.ts';

const whole = (value: number) => String(Math.round(value));

const summaries: Record<KindName, (name: string, value: number) => string> = {
  cpu: (_name, value) => `The processor is at ${whole(value)} %`,
  memory: (_name, value) => `Memory is at ${whole(value)} %`,
  load: (_name, value) => `The load is ${value.toFixed(1)} per core`,
  disk: (name, value) => `${name} is ${whole(value)} % full`,
  'disk-full-in': (name, value) => `${name} will be full in about ${whole(value)} hours`,
  temperature: (name, value) => `${name} is ${whole(value)} °C warm`,
  'app-cpu': (name, value) => `${name} uses ${whole(value)} % of a core`,
  'app-memory': (name, value) => `${name} uses ${whole(value)} MiB`,
  down: (name) => `${name} is down`,
  unhealthy: (name) => `${name} is unhealthy`,
  restarts: (name) => `${name} ends and starts again and again`,
  'out-of-memory': (name) => `${name} ran out of memory`,
  'image-check': (name) => `The image of ${name} cannot be checked`,
  certificate: (name, value) =>
    value >= 100
      ? `The certificate of ${name} has expired`
      : `${whole(value)} % of the life of the certificate of ${name} is over`,
  'certificate-missing': (name) => `Visitors of ${name} meet no certificate that they trust`,
  engine: () => 'Docker does not answer',
};

/** What is wrong, in one line. */
export function summaryOf(kind: KindName, { name, value }: Pick<Condition, 'name' | 'value'>): string {
  return oneLine(summaries[kind](name, value));
}

/** That it is over, in one line. */
export function overWords({ kind, subjectName, summary, closedBy }: IncidentRow): string {
  if (closedBy === 'gone') return oneLine(`Not there any more: ${subjectName} (${summary})`);
  if (kind === 'down') return oneLine(`${subjectName} is up again`);
  if (kind === 'engine') return 'Docker answers again';
  return oneLine(`Right again: ${subjectName} (${summary})`);
}

/** The limit that a rule has, for the sentence under the summary; empty for states. */
export function limitWords(kind: KindName, threshold: number): string {
  const { unit, wrong } = kinds[kind];
  if (unit === 'state') return '';
  const units = {
    percent: ' %',
    'per-core': ' per core',
    hours: ' hours',
    celsius: ' °C',
    mebibytes: ' MiB',
    times: ' times in 10 minutes',
  };
  return `${wrong === 'above' ? 'at least' : 'at most'} ${threshold}${units[unit]}`;
}

/** Several in one line: the first names, and how many more. */
export function listed(summaries: readonly string[]): string {
  const shown = summaries.slice(0, 3).join(', ');
  return summaries.length <= 3 ? shown : `${shown} and ${summaries.length - 3} more`;
}

function oneLine(text: string): string {
  return text
    .replace(/[\p{Cc}\u202a-\u202e\u2066-\u2069]+/gu, ' ')
    .slice(0, 300)
    .toWellFormed();
}
