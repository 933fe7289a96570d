import { isRow } from './rows.ts';
import { isInstant, relativeTime } from './times.ts';

/** A column of a list: its heading and how a row fills it. */
export interface Column {
  heading: string;
  cell(row: Row, now: Date | null): string;
}

type Row = Record<string, unknown>;

/** Columns of lists that people read most; every other list shows the plain fields of its rows. */
const known: Record<string, Column[]> = {
  'containers.list': [
    field('NAME', 'name'),
    field('STATE', 'state'),
    { heading: 'HEALTH', cell: ({ health }) => (health === 'none' ? '-' : textOf(health)) },
    field('IMAGE', 'image'),
    {
      heading: 'CPU',
      cell: ({ usage }) => (isRow(usage) ? `${Number(usage['cpuPercent']).toFixed(1)}%` : '-'),
    },
    { heading: 'MEMORY', cell: ({ usage }) => (isRow(usage) ? bytes(Number(usage['memoryBytes'])) : '-') },
    field('STATUS', 'status'),
    { heading: 'ID', cell: ({ id }) => textOf(id).slice(0, 12) },
  ],
  'domains.list': [
    field('NAME', 'name'),
    field('STATUS', 'status'),
    { heading: 'LEADS TO', cell: ({ target }) => (isRow(target) ? placeOf(target) : '-') },
    {
      heading: 'CERTIFICATE',
      cell: ({ certificate }, now) => (isRow(certificate) ? textOf(certificate['notAfter'], now) : '-'),
    },
    { heading: 'HEALTH', cell: ({ health }) => (isRow(health) ? textOf(health['state']) : '-') },
    field('PROBLEM', 'problem'),
    field('ID', 'id'),
  ],
  'domains.import.rows': [
    { heading: 'LINE', cell: ({ line, row }) => textOf(line ?? row) },
    field('NAME', 'name'),
    field('VERDICT', 'verdict'),
    field('DOES', 'does'),
    field('LEADS TO', 'leadsTo'),
    {
      heading: 'WHY',
      cell: ({ why, notes, differences }) =>
        [
          ...[why, ...rowsIn(notes)].flatMap((said) => (isRow(said) ? [textOf(said['sentence'])] : [])),
          ...rowsIn(differences).map(
            ({ field: name, here, there }) =>
              `${textOf(name)}: ${JSON.stringify(here)} here, ${JSON.stringify(there)} there.`,
          ),
        ].join(' ') || '-',
    },
  ],
  'images.list': [
    field('NAME', 'name'),
    { heading: 'SIZE', cell: ({ sizeBytes }) => bytes(Number(sizeBytes)) },
    {
      heading: 'OWN',
      cell: ({ sizeBytes, sharedBytes }) =>
        typeof sharedBytes === 'number' ? bytes(Number(sizeBytes) - sharedBytes) : '-',
    },
    { heading: 'ONLY COPY', cell: ({ isOnlyCopy }) => (isOnlyCopy === true ? 'yes' : '-') },
    field('USED BY', 'usedBy'),
    field('BUILT', 'createdAt'),
    { heading: 'ID', cell: ({ id }) => textOf(id).replace('sha256:', '').slice(0, 12) },
  ],
  'volumes.list': [
    field('NAME', 'name'),
    {
      heading: 'SIZE',
      cell: ({ sizeBytes }) => (typeof sizeBytes === 'number' ? bytes(sizeBytes) : '-'),
    },
    field('PROJECT', 'project'),
    field('USED BY', 'usedBy'),
    field('MADE', 'createdAt'),
  ],
  'networks.list': [
    field('NAME', 'name'),
    {
      heading: 'SUBNET',
      cell: ({ subnets }) =>
        Array.isArray(subnets)
          ? subnets.map((one) => (isRow(one) ? textOf(one['subnet']) : '')).join(' ')
          : '-',
    },
    { heading: 'INTERNAL', cell: ({ isInternal }) => (isInternal === true ? 'yes' : '-') },
    field('CONTAINERS', 'members'),
    { heading: 'ID', cell: ({ id }) => textOf(id).slice(0, 12) },
  ],
  'changes.list': [
    field('AT', 'at'),
    field('APP', 'app'),
    field('KIND', 'kind'),
    field('WHAT', 'sentence'),
    field('SOURCE', 'source'),
  ],
  'settings.list': [
    field('VARIABLE', 'variable'),
    {
      heading: 'VALUE',
      cell: ({ kind, value, isSet }) => (kind === 'secret' && isSet === true ? '(set)' : textOf(value)),
    },
    field('FROM', 'source'),
    field('WORKS', 'applies'),
    field('WHAT', 'doc'),
  ],
  'jobs.list': [
    field('STARTED', 'createdAt'),
    field('STATE', 'state'),
    field('WHAT', 'title'),
    field('TARGET', 'target'),
    field('WHO', 'actor'),
    field('ID', 'id'),
  ],
  'audit.list': [
    field('AT', 'at'),
    field('WHO', 'actor'),
    field('ACTION', 'action'),
    field('TARGET', 'target'),
    field('OUTCOME', 'outcome'),
    field('CODE', 'code'),
    field('ID', 'id'),
  ],
};

/** The columns of a list of `feature.endpoint`, given its rows: what people look for first, ids last, documents never. */
export function columnsFor(endpoint: string, rows: Row[]): Column[] {
  const chosen = known[endpoint];
  if (chosen !== undefined) return chosen;
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const telling = names.filter((name) => rows.some((row) => isTelling(row[name])));
  const ordered = (telling.length === 0 ? names : telling).toSorted((a, b) => rank(a) - rank(b));
  const room = ordered.includes('id') ? most - 1 : most;
  const shown = ordered.filter((name, at) => name === 'id' || at < room);
  return shown.map((name) => field(inCapitals(name), name));
}

/** More columns than this are no table; `--output` and `--json` show the rest. */
const most = 9;
const first = ['name', 'title', 'email', 'variable', 'state', 'status', 'verdict', 'outcome'];

function rank(name: string): number {
  if (name === 'id') return 1000;
  const at = first.indexOf(name);
  return at === -1 ? first.length : at;
}

/** A value that says something in a cell. */
function isTelling(value: unknown): boolean {
  if (value === null || value === undefined) return false;
  if (Array.isArray(value)) return value.length > 0 && value.every((item) => !isRow(item) || hasName(item));
  return !isRow(value) || hasName(value);
}

function hasName(value: Row): boolean {
  return typeof value['name'] === 'string';
}

/**
 * A value on one line: instants to the second (or as the time from `now`), named things by their name, lists with commas, the
 * rest as JSON.
 */
export function textOf(value: unknown, now: Date | null = null): string {
  if (value === undefined || value === null) return '-';
  if (typeof value === 'string') {
    if (!isInstant(value)) return value;
    return now === null ? value.replace(/\.\d+Z$/, 'Z') : relativeTime(value, now);
  }
  if (typeof value !== 'object') return String(value);
  if (Array.isArray(value))
    return value.length === 0 ? '-' : value.map((item) => textOf(item, now)).join(', ');
  if ('name' in value && typeof value.name === 'string') return value.name;
  return JSON.stringify(value);
}

function rowsIn(value: unknown): Row[] {
  return Array.isArray(value) ? value.filter(isRow) : [];
}

/** What a domain leads to. */
function placeOf({ kind, name, port, upstreams, to }: Row): string {
  if (kind === 'container') return `${textOf(name)}:${textOf(port)}`;
  if (!Array.isArray(upstreams)) return `redirect to ${textOf(to)}`;
  return upstreams
    .filter(isRow)
    .map(({ host, port: at }) => `${textOf(host)}:${textOf(at)}`)
    .join(', ');
}

function field(heading: string, name: string): Column {
  return { heading, cell: (row, now) => textOf(row[name], now) };
}

function inCapitals(name: string): string {
  return name.replace(/([a-z0-9])([A-Z])/g, '$1 $2').toUpperCase();
}

function bytes(count: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let value = count;
  let unit = 0;
  for (; value >= 1024 && unit < units.length - 1; unit += 1) value /= 1024;
  return `${unit === 0 ? value : value.toFixed(1)} ${units[unit]}`;
}
