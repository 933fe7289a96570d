import type { ImportedSite, RouteOptions, RouteTarget } from '@nebula/proxy';
import { usernamesOf } from './accounts.ts';
import { Username } from './contract-accounts.ts';
import { DomainOptions, DomainTarget } from './contract-fields.ts';
import type { Said } from './contract-transfer.ts';
import { said } from './contract-transfer-words.ts';
import { accountsTrouble, domainName, invalidRow, leftRow, type ReadRow } from './transfer-stated.ts';

type Site = Extract<ImportedSite, { kind: 'route' }>;
const longestNote = 2000;

/** The sites of a Caddyfile, a row for each of their names, and what concerns the file. */
export function* readSites(sites: readonly ImportedSite[]): Generator<ReadRow> {
  const secure = new Set(
    sites.flatMap((site) => (site.kind === 'route' && !site.isHttpOnly ? site.hosts : [])),
  );
  for (const site of sites) {
    if (site.kind === 'left') {
      if (site.why !== 'global') yield leftSite(site);
      continue;
    }
    for (const host of site.hosts) {
      const isTwin = site.isHttpOnly && secure.has(host);
      yield isTwin ? leftRow(site.line, host, said('http-twin')) : siteRow(site, host);
    }
  }
}

/** What is said of a Caddyfile as a whole. */
export function notesOf(sites: readonly ImportedSite[]): Said[] {
  return sites.flatMap((site) =>
    site.kind === 'left' && site.why === 'global' ? [said('global-lost', { options: site.detail })] : [],
  );
}

function leftSite(site: Extract<ImportedSite, { kind: 'left' }>): ReadRow {
  const { line, hosts, why, detail } = site;
  const name = hosts.join(' ');
  switch (why) {
    case 'every-name':
    case 'more-than-names':
      return leftRow(line, name, said(why));
    case 'other-port':
      return leftRow(line, name, said('other-port', { ports: detail }));
    case 'nowhere':
      return leftRow(line, name, said('nowhere', { what: detail }));
    case 'snippet':
    case 'global':
      return leftRow(line, name, said('snippet-refused', { message: detail }));
    default:
      return why satisfies never;
  }
}

function siteRow(site: Site, host: string): ReadRow {
  const { line, comment, kept, lost, isHttpOnly } = site;
  const name = domainName(host);
  if (name === null) return leftRow(line, host, said('no-name'));
  if (site.target.kind === 'files') return leftRow(line, name, said('files'));
  if (site.target.kind === 'answer') return leftRow(line, name, said('answer'));
  const target = DomainTarget.safeParse(targetOf(site.target));
  const options = DomainOptions.safeParse(optionsOf(site.options));
  const [issue] = [...(target.error?.issues ?? []), ...(options.error?.issues ?? [])];
  if (!target.success || !options.success) {
    const field = issue?.path.join('.') ?? '';
    return invalidRow(line, name, said('field', { field, message: issue?.message ?? '' }));
  }
  const others = site.hosts.filter((other) => other !== host);
  const notes = [
    ...(others.length === 0 ? [] : [said('others', { names: others.slice(0, 5).join(', ') })]),
    ...(kept.length === 0 ? [] : [said('kept-as-snippet', { directives: kept.join(', ') })]),
    ...(lost.length === 0 ? [] : [said('lost', { directives: lost.join(', ') })]),
    ...(isHttpOnly ? [said('http-only')] : []),
    ...(comment.length > longestNote ? [said('note-cut')] : []),
  ];
  const accounts = site.options.accounts ?? undefined;
  const wrong = accounts?.find(({ username }) => !Username.safeParse(username).success);
  if (wrong !== undefined)
    return leftRow(line, name, said('account-name', { name: wrong.username.slice(0, 64) }));
  const trouble = accountsTrouble(usernamesOf(accounts ?? []));
  if (trouble !== null) return leftRow(line, name, trouble);
  // A file without a comment says nothing against the note that is here.
  const note = comment === '' ? undefined : cut(comment);
  return {
    ...{ line, name, verdict: null, why: null, notes },
    stated: { name, target: target.data, options: options.data, note, accounts },
  };
}

function cut(comment: string): string {
  return comment.slice(0, longestNote).replaceAll('\0', '').toWellFormed();
}

/** A single word is the name of a container: a name server answers for no such thing. */
function targetOf(target: Exclude<RouteTarget, { kind: 'files' | 'answer' }>): object {
  if (target.kind === 'redirect') return target;
  const { upstreams, balance } = target;
  const [first] = upstreams;
  if (first === undefined) return {};
  const { isTls, isUnverified, host, port } = first;
  if (
    upstreams.length === 1 &&
    /^[A-Za-z0-9][A-Za-z0-9_-]*$/.test(host) &&
    !/^localhost$|^\d+$/i.test(host)
  ) {
    return { kind: 'container', name: host, port, isTls };
  }
  // What Caddy does where nothing is said is of no account with one upstream.
  const spread = upstreams.length === 1 ? {} : { balance };
  const places = upstreams.map((upstream) => ({ host: upstream.host, port: upstream.port }));
  return { kind: 'addresses', upstreams: places, isTls, isUnverified, ...spread };
}

function optionsOf({ health, accounts: _accounts, extra: _extra, ...options }: RouteOptions): object {
  const whole = (seconds: number | null) => (seconds === null ? null : Math.ceil(seconds));
  return {
    ...options,
    healthPath: health?.path ?? null,
    readTimeoutSeconds: whole(options.readTimeoutSeconds),
    writeTimeoutSeconds: whole(options.writeTimeoutSeconds),
  };
}
