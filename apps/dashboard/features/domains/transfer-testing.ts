import type { DomainFields } from './transfer-csv-domains.ts';
import type { PresentDomain } from './transfer-judge.ts';
import type { Keepers } from './transfer-keepers.ts';

/** The provider of {@link keepers}. */
export const providerId = '01890000-0000-7000-8000-000000000001';
/** One provider, whose name a spreadsheet would run. */
export const keepers: Keepers = {
  find(given) {
    if (given.kind === 'elsewhere') return given;
    const isKnown = given.providerId === providerId || given.provider === '=Home';
    return isKnown && given.zone !== undefined
      ? { kind: 'provider', providerId, zone: given.zone }
      : { code: 'provider-unknown', values: {}, sentence: 'There is no such provider.' };
  },
  guess: () => ({ kind: 'elsewhere' }),
  nameOf: () => '=Home',
};

/** A domain that is served from here. */
export function here(fields: DomainFields): PresentDomain {
  return { ...fields, id: '01890000-0000-7000-8000-000000000002', status: 'active', records: {} };
}
