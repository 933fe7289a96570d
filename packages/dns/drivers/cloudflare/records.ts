import { parseValue, type RawRecord, type Rrset, zoneFileValue } from '../../record.ts';
import type { RecordResult } from './replies.ts';

/** The API's number for "automatic", which means 300 seconds. */
const automatic = 1;
/** What "automatic" means. */
const automaticSeconds = 300;

/** A record as it is told, in our words. */
export function rawOf(record: RecordResult): RawRecord {
  const { name, type, ttl } = record;
  return { name, type, ttl: ttl === automatic ? automaticSeconds : ttl, value: valueOf(record) };
}

function valueOf({ type, content, priority, data }: RecordResult): string {
  const part = (name: string) => (data?.[name] === undefined ? '' : String(data[name]));
  switch (type) {
    case 'MX':
      return `${priority ?? ''} ${content}`;
    case 'SRV':
      return `${part('priority')} ${part('weight')} ${part('port')} ${part('target')}`;
    case 'CAA':
      return `${part('flags')} ${part('tag')} "${part('value')}"`;
    default:
      return content;
  }
}

/** What the API takes for a value. */
function bodyOf(type: Rrset['type'], text: string): Record<string, unknown> {
  const value = parseValue(type, text);
  switch (value.type) {
    case 'MX':
      return { content: value.exchange, priority: value.preference };
    case 'SRV': {
      const { priority, weight, port, target } = value;
      return { data: { priority, weight, port, target } };
    }
    case 'CAA':
      return { data: { flags: value.flags, tag: value.tag, value: value.value } };
    case 'TXT':
      return { content: zoneFileValue(value) };
    default:
      return { content: text };
  }
}

/** Body of the call that makes several changes in one transaction. */
export interface Batch {
  deletes: { id: string }[];
  patches: Record<string, unknown>[];
  posts: Record<string, unknown>[];
}

/**
 * Turns the records that are there into those wanted. Records that stay keep what else they have (proxying, comment, tags);
 * one whose value goes takes a new value before a record is made or deleted.
 */
export function batchFor(
  found: { record: RecordResult; value: string }[],
  key: Pick<Rrset, 'name' | 'type'>,
  after: Rrset | null,
): Batch {
  const wanted = after?.values ?? [];
  const kept = found.filter(({ value }) => wanted.includes(value));
  const free = found.filter(({ value }) => !wanted.includes(value));
  const added = wanted.filter((value) => !kept.some((one) => one.value === value));
  const isProxied = found.some(({ record }) => record.proxied);
  const content = (value: string) => ({
    ...{ name: key.name, type: key.type, ...bodyOf(key.type, value) },
    ttl: isProxied ? automatic : after?.ttl,
  });
  const reused = free.slice(0, added.length).map(({ record }, index) => ({
    id: record.id,
    ...content(added[index] ?? ''),
  }));
  const retimed = kept
    .filter(({ record }) => rawOf(record).ttl !== after?.ttl && !record.proxied)
    .map(({ record }) => ({ id: record.id, ttl: after?.ttl }));
  return {
    deletes: free.slice(added.length).map(({ record }) => ({ id: record.id })),
    patches: [...retimed, ...reused],
    posts: added
      .slice(reused.length)
      .map((value) => ({ ...content(value), ...(isProxied ? { proxied: true } : {}) })),
  };
}
