import { expect, test } from 'vitest';
import { routerKinds, routerSettings } from './router-settings.ts';

const place = { origin: 'https://nebula.example:8443', names: ['home.example.com'], secret: 'ner_secret' };
const valueOf = (kind: (typeof routerKinds)[number], names = place.names) =>
  routerSettings(kind, { ...place, names })
    .map(({ value }) => value)
    .join('\n');

test('a FRITZ!Box fills in its own name and addresses; several names are written out', () => {
  expect(valueOf('fritzbox')).toContain(
    'https://nebula.example:8443/nic/update?hostname=<domain>&myip=<ipaddr>&myipv6=<ip6addr>',
  );
  expect(valueOf('fritzbox', ['a.example', 'b.example'])).toContain('hostname=a.example,b.example&');
});

test.each(routerKinds)('settings for %s name the server, the name and the token', (kind) => {
  const text = valueOf(kind);
  expect(text).toContain('nebula.example:8443');
  expect(text).toContain('home.example.com');
  expect(text).toContain('ner_secret');
});

test('without encryption nothing asks for it', () => {
  const plain = { ...place, origin: 'http://10.0.0.5:3000' };
  expect(routerSettings('ddclient', plain)[0]?.value).toContain('ssl=no\nserver=10.0.0.5:3000');
  expect(routerSettings('openwrt', plain)[0]?.value).toContain("use_https '0'");
  expect(routerSettings('openwrt', plain)[0]?.value).toContain('http://[USERNAME]:[PASSWORD]@10.0.0.5:3000/');
});
