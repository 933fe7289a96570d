import type { Message } from '@nebula/notify';
import type { IncidentRow } from './store.ts';
import type { DeliveryRow } from './tell-store.ts';
import { listed, overWords } from './words.ts';

const namedInMessage = 15;
const weights = { critical: 2, warning: 1, info: 0 } as const;

/** One message about incidents that are told together; `zone` is the time zone of its times. */
export function composeMessage(
  incidents: readonly IncidentRow[],
  about: { id: string; message: DeliveryRow['message']; at: Date; zone: string; publicUrl: string | null },
): Message {
  const { id, message, at, zone, publicUrl } = about;
  const [first] = incidents;
  const isOne = incidents.length === 1 && first !== undefined;
  const path = isOne ? `/alerts/${first.id}` : '/alerts';
  const wordsOf = (row: IncidentRow) => (message === 'recovered' ? overWords(row) : row.summary);
  const still = message === 'reminder' ? 'Still: ' : '';
  const lines = incidents
    .slice(0, namedInMessage)
    .map((row) => (isOne ? linesOf(row, zone) : `${wordsOf(row)}. ${linesOf(row, zone)}`));
  const more = incidents.length - lines.length;
  return {
    id,
    title: still + (isOne ? wordsOf(first) : `${incidents.length} alerts: ${listed(incidents.map(wordsOf))}`),
    body: [...lines, ...(more > 0 ? [`And ${more} more.`] : [])].join('\n'),
    severity: gravest(incidents),
    state: message,
    link: publicUrl === null ? null : new URL(path, publicUrl).href,
    path,
    at,
  };
}

/** A message for trying out a channel. */
export function tryMessage(id: string, at: Date, publicUrl: string | null): Message {
  return {
    id,
    title: 'This is a try',
    body: 'NebulaCommand can tell you of alerts here.',
    severity: 'info',
    state: 'test',
    link: publicUrl === null ? null : new URL('/alerts', publicUrl).href,
    path: '/alerts',
    at,
  };
}

function linesOf(row: IncidentRow, zone: string): string {
  const grade = { critical: 'Critical', warning: 'Warning', info: 'To know' }[row.severity];
  const since = `since ${timeIn(zone, row.openedAt)}`;
  const until = row.closedAt === null ? '' : `, until ${timeIn(zone, row.closedAt)}`;
  return `${grade}, ${since}${until}. Rule: ${row.ruleName}.`;
}

function timeIn(zone: string, at: Date): string {
  return new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    timeZoneName: 'short',
  }).format(at);
}

function gravest(incidents: readonly IncidentRow[]): IncidentRow['severity'] {
  return incidents.reduce<IncidentRow['severity']>(
    (most, { severity }) => (weights[severity] > weights[most] ? severity : most),
    'info',
  );
}
