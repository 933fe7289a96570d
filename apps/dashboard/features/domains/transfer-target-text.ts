import { DomainOptions, type DomainTarget } from './contract-fields.ts';
import type { Said } from './contract-transfer.ts';
import { said } from './contract-transfer-words.ts';

/** What a target leads to in one cell, and what of it has no place there. */
export interface TargetText {
  kind: DomainTarget['kind'];
  leadsTo: string;
  /** Empty where all is as usual. */
  details: Record<string, unknown>;
}

/** A target in the words of a CSV file: `immich:2283`, `https://10.0.0.2:443 https://10.0.0.3:443`, or an address. */
export function targetText(target: DomainTarget): TargetText {
  const { kind } = target;
  switch (kind) {
    case 'container':
      return { kind, leadsTo: `${scheme(target.isTls)}${target.name}:${target.port}`, details: {} };
    case 'addresses': {
      const { upstreams, isTls, balance, isUnverified } = target;
      const leadsTo = upstreams
        .map(({ host, port }) => `${scheme(isTls)}${host.includes(':') ? `[${host}]` : host}:${port}`)
        .join(' ');
      return {
        ...{ kind, leadsTo },
        details: {
          ...(balance === 'round_robin' ? {} : { balance }),
          ...(isUnverified ? { isUnverified } : {}),
        },
      };
    }
    case 'redirect': {
      const { to, keepsPath, status } = target;
      return {
        ...{ kind, leadsTo: to },
        details: { ...(keepsPath ? {} : { keepsPath }), ...(status === 301 ? {} : { status }) },
      };
    }
    default:
      return target satisfies never;
  }
}

/** A target that is not yet proven, or in a sentence why it is none. */
export type RawTarget = { target: object } | { why: Said };

/** The target behind {@link targetText}. */
export function rawTarget(kind: string, leadsTo: string, details: object): RawTarget {
  if (kind === 'redirect') return { target: { ...details, kind, to: leadsTo.trim() } };
  if (kind !== 'container' && kind !== 'addresses') return { why: said('kind', { kind: kind.slice(0, 40) }) };
  const wrong = { why: said('leads-to', { kind }) };
  const places = leadsTo.trim().split(/\s+/).map(placeOf);
  const [first] = places;
  const known = places.filter((place) => place !== null);
  if (first === undefined || first === null || known.length < places.length) return wrong;
  if (known.some(({ isTls }) => isTls !== first.isTls)) return wrong;
  if (kind === 'addresses') {
    const upstreams = known.map(({ host, port }) => ({ host, port }));
    return { target: { ...details, kind, isTls: first.isTls, upstreams } };
  }
  if (known.length > 1) return wrong;
  return { target: { ...details, kind, name: first.host, port: first.port, isTls: first.isTls } };
}

/** Options without what is as usual anyway. */
export function unusual(options: DomainOptions): Record<string, unknown> {
  const usual = new Map(Object.entries(usualOptions).map(([key, value]) => [key, JSON.stringify(value)]));
  return Object.fromEntries(
    Object.entries(options).filter(([key, value]) => JSON.stringify(value) !== usual.get(key)),
  );
}

const usualOptions = DomainOptions.parse({});

function scheme(isTls: boolean): string {
  return isTls ? 'https://' : '';
}

function placeOf(text: string): { host: string; port: number; isTls: boolean } | null {
  const [, protocol, bracketed, plain, port] =
    /^(?:(https?):\/\/)?(?:\[([^\]\s]+)\]|([^:[\]\s]+)):(\d{1,5})$/.exec(text) ?? [];
  const host = bracketed ?? plain;
  return host === undefined ? null : { host, port: Number(port), isTls: protocol === 'https' };
}
