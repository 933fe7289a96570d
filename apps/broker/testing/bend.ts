import type { Random } from './random.ts';
import { writeRequest } from './send.ts';

/** A target with something put into it. */
export function bentTarget(random: Random, target: string): string {
  const at = random.below(target.length + 1);
  const bend = random.pick([
    '/',
    '//',
    '/..',
    '/../',
    '/./',
    '%2f',
    '%2e%2e',
    '%00',
    '%',
    '?',
    '&',
    '=',
    '#',
    ';',
    '\\',
    ' ',
    'v1.41/',
    '/plugins',
    '&v=1',
    '&remote=x',
    '&networkmode=host',
  ]);
  return target.slice(0, at) + bend + target.slice(at + (random.chance(0.3) ? 1 : 0));
}

/** The request as bytes, now and then with two bodies, two lengths or a second request. */
export function framed(random: Random, method: string, target: string, body: string | undefined): Buffer {
  const second =
    'POST /containers/create HTTP/1.1\r\nHost: x\r\nContent-Length: 43\r\n\r\n{"Image":"i","HostConfig":{"Privileged":true}}';
  const headers: Record<string, string> = {};
  if (random.chance(0.1)) Object.assign(headers, { Connection: 'Upgrade', Upgrade: 'tcp' });
  if (random.chance(0.05)) headers['X-Evil'] = '1';
  if (random.chance(0.05)) headers['Expect'] = '100-continue';
  if (random.chance(0.03)) headers['Content-Length'] = String(random.below(200));
  if (random.chance(0.1) && body !== undefined) {
    const cut = random.below(body.length);
    const chunk = (text: string) => `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`;
    const chunked = `${[body.slice(0, cut), body.slice(cut)]
      .filter((text) => text !== '')
      .map(chunk)
      .join('')}0\r\n\r\n`;
    const head = `${method} ${target} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n`;
    return Buffer.from(head + chunked, 'utf8');
  }
  const bytes = writeRequest(method, target, body, headers);
  return random.chance(0.1) ? Buffer.concat([bytes, Buffer.from(second)]) : bytes;
}

/** Bytes with something put in or taken out. */
export function bentBytes(random: Random, bytes: Buffer): Buffer {
  const at = random.below(bytes.length);
  const junk = random.pick([
    '\r',
    '\n',
    '\r\n',
    '\0',
    ':',
    ' ',
    '"',
    '{',
    '}',
    ',',
    '\u00ff',
    'Transfer-Encoding: chunked\r\n',
    'Content-Length: 0\r\n',
  ]);
  return Buffer.concat([
    bytes.subarray(0, at),
    Buffer.from(junk, 'latin1'),
    bytes.subarray(at + random.below(3)),
  ]);
}
