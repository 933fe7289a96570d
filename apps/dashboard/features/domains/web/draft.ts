import type { z } from 'zod';
import type { DomainDns, DomainOptions, DomainTarget } from '../contract.ts';

type Header = { key: number; name: string; value: string; isRemoved: boolean };
/** Somebody who gets in by a password; that of one who is kept is not known, and stays unless another is typed. */
export type AccountRow = { key: number; username: string; password: string; isKept: boolean };
type Status = 301 | 302 | 307 | 308;

/** A target as it is typed: texts, so that half a number is not lost, and all kinds, so that changing one's mind loses nothing. */
export interface TargetDraft {
  kind: DomainTarget['kind'];
  container: string;
  containerPort: string;
  isContainerTls: boolean;
  upstreams: { key: number; host: string; port: string }[];
  balance: Extract<DomainTarget, { kind: 'addresses' }>['balance'];
  isTls: boolean;
  isUnverified: boolean;
  to: string;
  keepsPath: boolean;
  status: Status;
}

/** Options as they are typed. */
export interface OptionsDraft {
  compresses: boolean;
  streams: boolean;
  requestHeaders: Header[];
  responseHeaders: Header[];
  redirects: { key: number; from: string; to: string; status: Status }[];
  maxBody: string;
  readTimeout: string;
  writeTimeout: string;
  retry: string;
  healthPath: string;
  snippet: string;
  accounts: AccountRow[];
}

/** Statuses that a redirect may answer with. */
export const redirectStatuses: readonly Status[] = [301, 302, 307, 308];

/** How requests are spread over several addresses. */
export const balances: readonly TargetDraft['balance'][] = [
  ...(['round_robin', 'least_conn', 'first', 'ip_hash', 'random'] as const),
];

/** A form that nobody has filled in. */
export function emptyTarget(): TargetDraft {
  return {
    kind: 'container',
    container: '',
    containerPort: '',
    isContainerTls: false,
    upstreams: [{ key: 1, host: '', port: '' }],
    balance: 'round_robin',
    isTls: false,
    isUnverified: false,
    to: '',
    keepsPath: true,
    status: 301,
  };
}

/** Options that suit most. */
export function emptyOptions(): OptionsDraft {
  return {
    compresses: true,
    streams: false,
    requestHeaders: [],
    responseHeaders: [],
    redirects: [],
    maxBody: '',
    readTimeout: '',
    writeTimeout: '',
    retry: '5',
    healthPath: '',
    snippet: '',
    accounts: [],
  };
}

/** A target that is kept, as it would have been typed. */
export function targetDraftOf(target: DomainTarget): TargetDraft {
  const empty = emptyTarget();
  switch (target.kind) {
    case 'container': {
      const { kind, name, port, isTls } = target;
      return { ...empty, kind, container: name, containerPort: String(port), isContainerTls: isTls };
    }
    case 'addresses': {
      const { kind, upstreams, balance, isTls, isUnverified } = target;
      const rows = upstreams.map(({ host, port }, at) => ({ key: at + 1, host, port: String(port) }));
      return { ...empty, kind, upstreams: rows, balance, isTls, isUnverified };
    }
    case 'redirect': {
      const { kind, to, keepsPath, status } = target;
      return { ...empty, kind, to, keepsPath, status };
    }
    default:
      return target satisfies never;
  }
}

/** Options that are kept, as they would have been typed. */
export function optionsDraftOf(options: DomainOptions, usernames: readonly string[] = []): OptionsDraft {
  return {
    compresses: options.compresses,
    streams: options.streams,
    requestHeaders: options.requestHeaders.map(headerDraft),
    responseHeaders: options.responseHeaders.map(headerDraft),
    redirects: options.redirects.map((redirect, at) => ({ key: at + 1, ...redirect })),
    maxBody: options.maxBodyBytes === null ? '' : String(options.maxBodyBytes / mebibyte),
    readTimeout: options.readTimeoutSeconds === null ? '' : String(options.readTimeoutSeconds),
    writeTimeout: options.writeTimeoutSeconds === null ? '' : String(options.writeTimeoutSeconds),
    retry: String(options.retrySeconds),
    healthPath: options.healthPath ?? '',
    snippet: options.snippet ?? '',
    accounts: usernames.map((username, at) => ({ key: at + 1, username, password: '', isKept: true })),
  };
}

/** The target as the server takes it; what is no number goes as one that the server refuses with its field. */
export function targetOf(draft: TargetDraft): z.input<typeof DomainTarget> {
  switch (draft.kind) {
    case 'container':
      return {
        kind: 'container',
        name: draft.container.trim(),
        port: numberOf(draft.containerPort),
        isTls: draft.isContainerTls,
      };
    case 'addresses': {
      const { balance, isTls, isUnverified } = draft;
      const upstreams = begun(draft.upstreams, ['host', 'port']).map(({ host, port }) => ({
        host: host.trim(),
        port: numberOf(port),
      }));
      return { kind: 'addresses', upstreams, balance, isTls, isUnverified: isTls && isUnverified };
    }
    case 'redirect': {
      const { to, keepsPath, status } = draft;
      return { kind: 'redirect', to: to.trim(), keepsPath, status };
    }
    default:
      return draft.kind satisfies never;
  }
}

/** The options as the server takes them. */
export function optionsOf(draft: OptionsDraft): z.input<typeof DomainOptions> {
  return {
    compresses: draft.compresses,
    streams: draft.streams,
    requestHeaders: headersOf(draft.requestHeaders),
    responseHeaders: headersOf(draft.responseHeaders),
    redirects: begun(draft.redirects, ['from', 'to']).map(({ from, to, status }) => ({
      ...{ from: from.trim(), to: to.trim(), status },
    })),
    maxBodyBytes: draft.maxBody.trim() === '' ? null : Math.round(numberOf(draft.maxBody) * mebibyte),
    readTimeoutSeconds: draft.readTimeout.trim() === '' ? null : numberOf(draft.readTimeout),
    writeTimeoutSeconds: draft.writeTimeout.trim() === '' ? null : numberOf(draft.writeTimeout),
    retrySeconds: draft.retry.trim() === '' ? 0 : numberOf(draft.retry),
    healthPath: draft.healthPath.trim() === '' ? null : draft.healthPath.trim(),
    snippet: draft.snippet.trim() === '' ? null : draft.snippet,
  };
}

/** Passwords as the server takes them: those that were typed, and null for accounts that were taken away. */
export function passwordsOf(
  { accounts }: OptionsDraft,
  kept: readonly string[],
): Record<string, string | null> {
  const names = new Set(accounts.map(({ username }) => username.trim()));
  const gone = kept.filter((username) => !names.has(username)).map((username) => [username, null] as const);
  const typed = begun(accounts, ['username', 'password'])
    .filter(({ isKept, password }) => !isKept || password !== '')
    .map(({ username, password }) => [username.trim(), password] as const);
  return Object.fromEntries([...gone, ...typed]);
}

/** A keeper of records as one word of a list of choices; `elsewhere` is nobody we know. */
export function keeperWord(dns: DomainDns): string {
  return dns.kind === 'elsewhere' ? 'elsewhere' : `${dns.providerId} ${dns.zone}`;
}

/** The keeper that such a word stands for. */
export function keeperOf(word: string): DomainDns {
  const [providerId = '', zone = ''] = word.split(' ');
  return zone === '' ? { kind: 'elsewhere' } : { kind: 'provider', providerId, zone };
}

const mebibyte = 1024 * 1024;

function headerDraft({ name, value }: { name: string; value: string | null }, at: number): Header {
  return { key: at + 1, name, value: value ?? '', isRemoved: value === null };
}

function headersOf(rows: readonly Header[]): { name: string; value: string | null }[] {
  return begun(rows, ['name', 'value']).map(({ name, value, isRemoved }) => ({
    ...{ name: name.trim(), value: isRemoved ? null : value },
  }));
}

/** Rows without the last ones that nobody has filled in; those before keep their places, which problems name. */
function begun<T extends object>(rows: readonly T[], texts: (keyof T)[]): T[] {
  const last = rows.findLastIndex((row) => texts.some((name) => row[name] !== ''));
  return rows.slice(0, last + 1);
}

/** JSON knows no NaN; -1 is in none of the ranges. */
function numberOf(text: string): number {
  const number = Number(text.trim().replace(',', '.'));
  return text.trim() === '' || !Number.isFinite(number) ? -1 : number;
}
