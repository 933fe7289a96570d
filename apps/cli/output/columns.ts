/** A column of a list: its heading and how a row fills it. */
export interface Column {
  heading: string;
  cell(row: Row): string;
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

/** The columns of a list of `feature.endpoint`, given its rows. */
export function columnsFor(endpoint: string, rows: Row[]): Column[] {
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  return known[endpoint] ?? names.map((name) => field(inCapitals(name), name));
}

/** A value on one line: instants to the second, named things by their name, lists with commas, the rest as JSON. */
export function textOf(value: unknown): string {
  if (value === undefined || value === null) return '-';
  if (typeof value === 'string') return value.replace(/^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\.\d+Z$/, '$1Z');
  if (typeof value !== 'object') return String(value);
  if (Array.isArray(value)) return value.length === 0 ? '-' : value.map(textOf).join(', ');
  if ('name' in value && typeof value.name === 'string') return value.name;
  return JSON.stringify(value);
}

/** True for an object that is no list. */
export function isRow(value: unknown): value is Row {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function field(heading: string, name: string): Column {
  return { heading, cell: (row) => textOf(row[name]) };
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
