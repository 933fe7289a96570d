import { shareOf } from '@nebula/acme';
import type { Condition } from '@nebula/runtime';
import { stateOf, type Known, lifeOf } from './situation.ts';

/** What the last look at each domain found, for alerts. */
export interface Board {
  put(known: Known): void;
  /** Keeps only these: domains that are not served any more are neither right nor wrong. */
  keep(ids: ReadonlySet<string>): void;
  /** What alerts judge. */
  conditions(wanted: ReadonlySet<string>, now: Date): Iterable<Condition>;
}

/** See {@link Board}; empty until the first look. */
export function createBoard(): Board {
  const seen = new Map<string, Known>();
  return {
    put: (known) => void seen.set(known.domain.id, known),
    keep(ids) {
      for (const id of seen.keys()) if (!ids.has(id)) seen.delete(id);
    },
    *conditions(wanted, now) {
      for (const known of seen.values()) {
        const { domain, certificate, watch } = known;
        const base = {
          subject: `domain/${domain.name}`,
          name: domain.name,
          path: `/certificates/${domain.id}`,
        };
        const detail = watch?.problem ?? '';
        if (wanted.has('certificate') && certificate !== null) {
          const value = Math.floor(shareOf(lifeOf(certificate), now) * 1000) / 10;
          yield { ...base, kind: 'certificate', value, detail };
        }
        if (wanted.has('certificate-missing')) {
          const value = stateOf(known, now) === 'missing' ? 1 : 0;
          yield { ...base, kind: 'certificate-missing', value, detail };
        }
      }
    },
  };
}
