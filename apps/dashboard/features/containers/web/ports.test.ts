import { expect, test } from 'vitest';
import { shownPorts } from './ports.ts';

const tcp = (container: number, published: number | null, address: string | null = '0.0.0.0') => ({
  container,
  protocol: 'tcp' as const,
  published,
  address: published === null ? null : address,
});

test('a published port is a link under the name by which the page was opened, once for IPv4 and IPv6', () => {
  expect(shownPorts([tcp(80, 8080), tcp(80, 8080, '::')], 'nas.local')).toEqual([
    { key: '8080→80', text: '8080→80', href: 'http://nas.local:8080/', reach: 'outside' },
  ]);
});

test('an IPv6 name is put into brackets', () => {
  expect(shownPorts([tcp(80, 80)], 'fd00::5')[0]?.href).toBe('http://[fd00::5]:80/');
});

test('a port on loopback is a link only on the machine itself', () => {
  expect(shownPorts([tcp(3000, 3000, '127.0.0.1')], 'nas.local')[0]).toMatchObject({
    text: '3000',
    href: null,
    reach: 'server',
  });
  expect(shownPorts([tcp(3000, 3000, '127.0.0.1')], 'localhost')[0]?.href).toBe('http://localhost:3000/');
});

test('neither UDP nor what is not published is a link', () => {
  const udp = { container: 53, protocol: 'udp' as const, published: 53, address: '0.0.0.0' };
  expect(shownPorts([udp, tcp(443, null)], 'nas.local').map(({ text, href }) => [text, href])).toEqual([
    ['53/udp', null],
    ['443', null],
  ]);
});

test.each([
  [80, 'http://nas.home:9000/'],
  [443, 'https://nas.home:9000/'],
  [5432, null],
  [22, null],
])('a port %i inside leads to %s', (container, href) => {
  const ports = [{ container, protocol: 'tcp' as const, published: 9000, address: '0.0.0.0' }];

  expect(shownPorts(ports, 'nas.home')[0]?.href).toBe(href);
});
