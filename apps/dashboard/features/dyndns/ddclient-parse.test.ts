import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseDdclient } from './ddclient-parse.ts';

const entriesOf = (text: string) => parseDdclient(text).entries;

test('options of a line without hosts hold for all lines after it', () => {
  const { entries, addressFrom, notUnderstood } = parseDdclient(`
# Configuration file for ddclient
daemon=300
use=web, web=checkip.example.net/, web-skip='IP Address'
protocol=zoneedit1
server=dynamic.zoneedit.com
login=mara
password='pass & word, #1'
photos.home.example, cloud.home.example
home.example
`);
  expect(entries).toEqual([
    {
      ...{
        protocol: 'zoneedit1',
        server: 'dynamic.zoneedit.com',
        login: 'mara',
        password: 'pass & word, #1',
      },
      ...{ zone: null, isPlain: false, names: ['photos.home.example', 'cloud.home.example', 'home.example'] },
    },
  ]);
  expect(addressFrom).toEqual(['use=web', 'web=checkip.example.net/']);
  expect(notUnderstood).toEqual([]);
});

test('a line that goes on is one, and its options hold for its hosts alone', () => {
  const entries = entriesOf(`
protocol=dyndns2, login=all, password=one
protocol=cloudflare, \\
  zone=example.com, \\
  login=token, \\
  password="a\\"b" \\
  www.example.com,example.com
other.example.net
`);
  expect(
    entries.map(({ protocol, login, password, zone, names }) => ({ protocol, login, password, zone, names })),
  ).toEqual([
    {
      ...{ protocol: 'cloudflare', login: 'token', password: 'a"b', zone: 'example.com' },
      names: ['www.example.com', 'example.com'],
    },
    { protocol: 'dyndns2', login: 'all', password: 'one', zone: null, names: ['other.example.net'] },
  ]);
});

test.each([
  ['http://admin:secret@fritz.box/ip', 'http://fritz.box/ip', ['secret']],
  ['admin:secret@fritz.box', 'fritz.box', ['secret']],
  ['https://a:p%40ss@b/', 'https://b/', ['p%40ss', 'p@ss']],
  ['https://a:p@ss/word@b/', 'https://b/', ['p@ss/word']],
  ['http://token@b/', 'http://b/', ['token']],
  ['checkip.example.net/', 'checkip.example.net/', []],
])('a login in the address %j is known to be secret and shown nowhere', (given, bare, passwords) => {
  for (const option of ['web', 'webv4', 'webv6']) {
    const { addressFrom, secrets } = parseDdclient(`use=web, ${option}=${given}\na.example`);
    expect([addressFrom, secrets]).toEqual([['use=web', `${option}=${bare}`], passwords]);
  }
  const { entries, secrets } = parseDdclient(`server=${given} password=own a.example`);
  expect(entries).toMatchObject([{ server: bare }]);
  expect(secrets).toEqual([...passwords, 'own']);
});

test('login and password may stand behind the hosts, and quotes may begin in the middle', () => {
  expect(entriesOf('protocol=namecheap\nwww,@ example.com secret')).toMatchObject([
    { login: 'example.com', password: 'secret', names: ['www', '@'] },
  ]);
  expect(entriesOf("protocol=noip login=me password=a'b c'd\nx.example")).toMatchObject([
    { password: 'ab cd' },
  ]);
});

test('what is neither options nor hosts is told by its line, and the rest is read', () => {
  const { entries, notUnderstood } = parseDdclient(
    ['login=me', "password='never ends", '<script>.example', 'a.example b c d', 'b.example'].join('\n'),
  );
  expect(notUnderstood).toEqual([2, 3, 4]);
  expect(entries).toMatchObject([{ login: 'me', password: null, names: ['b.example'] }]);
});

test('Windows line ends, tabs and a last line that goes on nowhere are taken', () => {
  expect(entriesOf('protocol=duckdns\r\npassword=tok\r\n\tone,two\\\r\n')).toMatchObject([
    { protocol: 'duckdns', password: 'tok', names: ['one', 'two'] },
  ]);
});

test('any text is read to its end, and a quoted value comes back as it was', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      expect(Array.isArray(parseDdclient(text).entries)).toBe(true);
    }),
  );
  fc.assert(
    fc.property(
      fc.string().filter((text) => !/[\r\n'\\]/.test(text) && text !== ''),
      (password) => {
        expect(entriesOf(`protocol=zoneedit1 password='${password}' a.example`)).toMatchObject([
          { password },
        ]);
      },
    ),
  );
});
