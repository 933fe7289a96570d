import type { Dns, Resolver } from '@nebula/dns';
import { fakeDns } from '@nebula/dns/fake';
import { expect, test } from 'vitest';
import type { Naming } from './naming.ts';
import { placeOf } from './prove-place.ts';

const [home, proofs] = ['home.test', 'proofs.test'];
const asked = `_acme-challenge.photos.${home}`;
const row = (dns: Parameters<typeof placeOf>[0]['dns']) => ({ name: `photos.${home}`, dns });
const here = { kind: 'provider' as const, providerId: 'p', zone: home };
const signal = AbortSignal.timeout(60_000);

/** One account that holds both zones, with these aliases; the world sees others besides. */
function naming(options: {
  aliases?: Record<string, string>;
  seen?: Record<string, string>;
  held?: string[];
  isListed?: boolean;
}): { naming: Naming } {
  const { aliases = {}, seen = {}, held = [home, proofs], isListed = true } = options;
  const fake = fakeDns([home, proofs]);
  for (const [name, target] of Object.entries(aliases)) {
    const zone = name.endsWith(home) ? home : proofs;
    fake.put(zone, { name, type: 'CNAME', ttl: 60, values: [target] });
  }
  const dns: Dns = { ...fake, capabilities: () => ({ ...fake.capabilities(), lists: isListed }) };
  const values = (name: string) => (seen[name] === undefined ? [] : [seen[name]]);
  const ask: Resolver['ask'] = async (name) => ({
    ...{ code: 'NOERROR', isAuthoritative: false, values: values(name), ttl: 60, aliases: [] },
    ...{ negativeTtl: null, soaZone: null },
  });
  const fail = () => {
    throw new TypeError('nobody is asked here');
  };
  return {
    naming: {
      open: async () => ({ name: 'At home', dns }),
      holding: async (name) => {
        const zone = held.find((one) => name.endsWith(one));
        return zone === undefined ? null : { providerId: 'p', zone };
      },
      resolver: () => ({ servers: [], ask, askAt: fail, authoritative: fail }),
      publicAddress: fail,
    },
  };
}

test('a challenge that is no alias stands at its own name', async () => {
  expect(await placeOf(row(here), asked, naming({}), signal)).toMatchObject({ zone: home, name: asked });
});

test('aliases are followed to where the records are, whoever keeps the name', async () => {
  const chain = { [asked]: `a.${home}`, [`a.${home}`]: `b.${proofs}` };
  const wanted = { zone: proofs, name: `b.${proofs}` };
  expect(await placeOf(row(here), asked, naming({ aliases: chain }), signal)).toMatchObject(wanted);
  const outside = naming({ seen: { [asked]: `c.away.test`, 'c.away.test': `b.${proofs}` }, held: [proofs] });
  expect(await placeOf(row({ kind: 'elsewhere' }), asked, outside, signal)).toMatchObject(wanted);
});

test('what is missing is said where an alias leads to nobody here, or nowhere', async () => {
  const away = await placeOf(row(here), asked, naming({ aliases: { [asked]: 'x.away.test' } }), signal);
  expect(away).toEqual({ lack: expect.stringContaining(`${asked} is an alias of x.away.test`) });
  const circle = naming({ aliases: { [asked]: `a.${home}`, [`a.${home}`]: asked } });
  expect(await placeOf(row(here), asked, circle, signal)).toEqual({
    lack: expect.stringContaining('on and on'),
  });
  expect(await placeOf(row({ kind: 'elsewhere' }), asked, naming({}), signal)).toEqual({
    lack: expect.stringContaining('Nobody here writes'),
  });
});

test('the alias of a wildcard, which only name servers tell, does not keep a text from its name', async () => {
  const parts = naming({ aliases: { [asked]: 'x.away.test' }, isListed: false });
  expect(await placeOf(row(here), asked, parts, signal)).toMatchObject({ zone: home, name: asked });
});
