import type { Agreement } from './gate.ts';
import type { MayGrant } from './grant-relay.ts';
import { placesOfBody } from './powers.ts';

/** What an admin agreed to, with what compose calls each part just now. */
export interface Agreed {
  project: string;
  agreements: readonly Agreement[];
  /** Compose's own hash of each service, rendered right before; a container of any other hash is not agreed to. */
  hashes: ReadonlyMap<string, string>;
  /** Places on the machine that a service's container is made with; files of its secrets and configs are no part of its hash. */
  places: ReadonlyMap<string, ReadonlySet<string>>;
  /** What networks and volumes ask for, by kind and name in the file. */
  powersOf(kind: 'network' | 'volume', subject: string, body: Record<string, unknown>): string | null;
  actor: string;
  reason: string;
}

const kinds: Record<string, Agreement['kind']> = {
  '/containers/create': 'service',
  '/networks/create': 'network',
  '/volumes/create': 'volume',
};

/** Lets through only what was agreed to: this part of this stack, with exactly this power, for no further rule. */
export function mayGrantOf(agreed: Agreed): MayGrant {
  return ({ method, path, body, rules }) => {
    const kind = kinds[path];
    if (method !== 'POST' || kind === undefined || !isObject(body)) return null;
    const labels = isObject(body['Labels']) ? body['Labels'] : {};
    if (labels['com.docker.compose.project'] !== agreed.project) return null;
    const subject = labels[`com.docker.compose.${kind}`];
    const agreement = agreed.agreements.find((one) => one.kind === kind && one.subject === subject);
    if (agreement === undefined || rules.some((rule) => !agreement.rules.includes(rule))) return null;
    const isSame =
      kind === 'service'
        ? labels['com.docker.compose.config-hash'] === agreed.hashes.get(agreement.subject) &&
          placesOfBody(body).every((place) => agreed.places.get(agreement.subject)?.has(place) === true)
        : agreed.powersOf(kind, agreement.subject, body) === agreement.powers;
    return isSame ? { actor: agreed.actor, reason: agreed.reason } : null;
  };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
