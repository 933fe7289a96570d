import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { type GrantedRequest, requestDigest } from './canonical.ts';
import { isObject, JsonError, parseJson } from './json.ts';
import { isLiftable, type Liftable } from './liftable.ts';
import { Refusal } from './refusal.ts';

/** Accepts each signed grant once. */
export interface Grants {
  /**
   * Returns when the grant lifts every rule in `needed` for exactly this request, and uses it up.
   *
   * @param header value of `X-Nebula-Grant`
   * @param needed rules to lift, each with its sentence
   * @throws {Refusal} 403 with the rules a grant would have to lift
   */
  use(header: string | undefined, request: GrantedRequest, needed: ReadonlyMap<Liftable, string>): void;
}

/** Longest life of a grant. */
export const longestGrantSeconds = 60;
const longestMs = longestGrantSeconds * 1000;

/**
 * Which grants were used is known to this process only. So that none that an earlier one accepted works again (its key may
 * still be there when the broker was not started by the launcher or its unit), a grant must outlive the start by the longest
 * life: no grant signed before the start does. In the first minute only grants of the full sixty seconds can.
 *
 * @param keyFile Ed25519 public key (PEM); read at each use, so that it may appear later. No key: no grants.
 */
export function createGrants(keyFile: string | undefined, now: () => Date): Grants {
  const used = new Map<string, number>();
  const startedAt = now().getTime();

  return {
    use(header, request, needed) {
      const rules = [...needed.keys()];
      const stop = (why: string): never => {
        throw new Refusal(403, `${why} ${[...needed.values()].join(' ')}`, { rules });
      };
      if (header === undefined) return stop("NebulaCommand's broker refuses this without a grant.");
      const key = readKey(keyFile);
      if (key === undefined) return stop('Grants are not set up here.');
      const grant = readGrant(header, key);
      if (grant === undefined) return stop('The grant is not valid.');
      const at = now().getTime();
      for (const [nonce, until] of used) if (until <= at) used.delete(nonce);
      if (grant.until <= at || grant.until > at + longestMs) return stop('The grant has expired.');
      if (grant.until < startedAt + longestMs)
        return stop('The grant may have been used before the broker started; ask for a new one.');
      if (used.has(grant.nonce)) return stop('The grant was used before.');
      if (grant.requestSha256 !== requestDigest(request)) return stop('The grant is for another request.');
      if (rules.some((rule) => !grant.rules.includes(rule)))
        return stop('The grant does not lift all of it.');
      used.set(grant.nonce, grant.until);
    },
  };
}

interface Grant {
  nonce: string;
  /** Milliseconds since 1970. */
  until: number;
  requestSha256: string;
  rules: Liftable[];
}

function readKey(file: string | undefined): KeyObject | undefined {
  if (file === undefined) return undefined;
  try {
    const key = createPublicKey(readFileSync(file));
    return key.asymmetricKeyType === 'ed25519' ? key : undefined;
  } catch {
    // Missing or not a key: the caller is told that grants are not set up.
    return undefined;
  }
}

function readGrant(header: string, key: KeyObject): Grant | undefined {
  const [payload = '', signature = '', ...rest] = header.split('.');
  if (rest.length > 0 || !/^[\w-]+$/.test(payload) || !/^[\w-]{86}$/.test(signature)) return undefined;
  if (!verify(null, Buffer.from(payload, 'ascii'), key, Buffer.from(signature, 'base64url')))
    return undefined;
  try {
    const grant = parseJson(Buffer.from(payload, 'base64url'));
    if (!isObject(grant)) return undefined;
    const { v, nonce, until, requestSha256, rules, actor, reason } = grant;
    const isWhole =
      v === 2 &&
      typeof nonce === 'string' &&
      nonce.length >= 16 &&
      typeof until === 'number' &&
      typeof requestSha256 === 'string' &&
      Array.isArray(rules) &&
      typeof actor === 'string' &&
      actor !== '' &&
      typeof reason === 'string';
    if (!isWhole) return undefined;
    return { nonce, until, requestSha256, rules: rules.map(String).filter(isLiftable) };
  } catch (error) {
    if (error instanceof JsonError) return undefined;
    throw error;
  }
}
