import { beforeEach, describe } from 'vitest';
import { conformance } from './conformance.ts';
import { type FakeDns, fakeDns } from './fake.ts';

describe('the fake provider', () => {
  const zone = 'fake.example';
  let dns: FakeDns;

  beforeEach(() => {
    dns = fakeDns([zone, 'other.example']);
  });

  conformance(() => ({
    ...{ dns, zone },
    async changeBehind(rrset, isRemoved) {
      if (isRemoved === true) dns.drop(zone, rrset);
      else dns.put(zone, rrset);
    },
  }));
});
