import { type HostileCase, judged, raw, unanswered } from './case.ts';
import { writeRequest } from '../send.ts';

/** Bytes that two HTTP readers could read in two ways. */
export function wireCases(): HostileCase[] {
  const second =
    'POST /containers/create HTTP/1.1\r\nHost: x\r\nContent-Length: 52\r\n\r\n{"Image":"i","HostConfig":{"Privileged":true,"a":1}}';
  const head = (lines: string[], body = '') => Buffer.from(`${lines.join('\r\n')}\r\n\r\n${body}`, 'latin1');
  const ping = 'GET /_ping HTTP/1.1';
  const make = 'POST /containers/create HTTP/1.1';
  const upgrade = ['Host: x', 'Connection: Upgrade', 'Upgrade: tcp'];
  const after = /create|Privileged|DELETE/;
  return [
    judged('a second request behind the first', head([ping, 'Host: x'], second), after),
    judged(
      'a second request behind a body',
      Buffer.concat([writeRequest('POST', '/containers/plain/stop', ''), Buffer.from(second)]),
      after,
    ),
    judged('a body on a ping with length 0', head([ping, 'Host: x', 'Content-Length: 0'], second), after),
    raw('two lengths', head([make, 'Host: x', 'Content-Length: 13', 'Content-Length: 60'], '{"Image":"i"}')),
    raw(
      'two equal lengths',
      head([make, 'Host: x', 'Content-Length: 13', 'Content-Length: 13'], '{"Image":"i"}'),
    ),
    raw('a list of lengths', head([make, 'Host: x', 'Content-Length: 13, 13'], '{"Image":"i"}')),
    raw(
      'length and chunks',
      head(
        [make, 'Host: x', 'Content-Length: 13', 'Transfer-Encoding: chunked'],
        `d\r\n{"Image":"i"}\r\n0\r\n\r\n`,
      ),
    ),
    raw(
      'chunks and length',
      head(
        [make, 'Host: x', 'Transfer-Encoding: chunked', 'Content-Length: 4'],
        `d\r\n{"Image":"i"}\r\n0\r\n\r\n`,
      ),
    ),
    ...['identity', 'gzip, chunked', 'chunked, chunked', 'xchunked', 'chunked;q=1', '"chunked"', 'x'].map(
      (coding) =>
        raw(
          `transfer coding ${coding}`,
          head([make, 'Host: x', `Transfer-Encoding: ${coding}`], `d\r\n{"Image":"i"}\r\n0\r\n\r\n`),
        ),
    ),
    ...['-1', '+13', '0x0d', '13.0', ' ', '1e1', '99999999999999999999'].map((length) =>
      raw(`length ${length}`, head([make, 'Host: x', `Content-Length: ${length}`], '{"Image":"i"}')),
    ),
    raw(
      'chunk size in words',
      head([make, 'Host: x', 'Transfer-Encoding: chunked'], 'xyz\r\n{"Image":"i"}\r\n0\r\n\r\n'),
    ),
    raw(
      'chunk size with a sign',
      head([make, 'Host: x', 'Transfer-Encoding: chunked'], '+d\r\n{"Image":"i"}\r\n0\r\n\r\n'),
    ),
    raw(
      'chunk with an extension',
      head([make, 'Host: x', 'Transfer-Encoding: chunked'], 'd;a=b\r\n{"Image":"i"}\r\n0\r\n\r\n'),
    ),
    raw(
      'chunk that is longer than it says',
      head([make, 'Host: x', 'Transfer-Encoding: chunked'], '5\r\n{"Image":"i"}\r\n0\r\n\r\n'),
    ),
    raw(
      'chunk size without end',
      head([make, 'Host: x', 'Transfer-Encoding: chunked'], `${'0'.repeat(500)}d\r\n`),
    ),
    raw(
      'chunks with a trailer',
      head([make, 'Host: x', 'Transfer-Encoding: chunked'], 'd\r\n{"Image":"i"}\r\n0\r\nX-Evil: 1\r\n\r\n'),
    ),
    raw(
      'chunks ended by bare line feeds',
      head([make, 'Host: x', 'Transfer-Encoding: chunked'], 'd\n{"Image":"i"}\n0\n\n'),
    ),
    unanswered(
      'chunked body that is never judged whole',
      head([make, 'Host: x', 'Transfer-Encoding: chunked'], 'd\r\n{"Image":"i"}\r\n'),
    ),
    unanswered('body shorter than it says', head([make, 'Host: x', 'Content-Length: 500'], '{"Image":"i"}')),
    judged(
      'body longer than it says',
      head([make, 'Host: x', 'Content-Length: 13'], '{"Image":"i"},"HostConfig":{"Privileged":true}}'),
      /Privileged/,
    ),
    unanswered('bare line feeds', Buffer.from(`${ping}\nHost: x\n\n`)),
    raw('a bare carriage return', Buffer.from(`${ping}\r\nHost: x\rX-Evil: 1\r\n\r\n`)),
    raw('a bare line feed in a header', Buffer.from(`${ping}\r\nHost: x\nX-Evil: 1\r\n\r\n`)),
    raw('a folded header', head([ping, 'Host: x', ' y'])),
    raw('a space before the colon', head([ping, 'Host : x'])),
    raw('a header without a name', head([ping, 'Host: x', ': y'])),
    raw('a header without a colon', head([ping, 'Host: x', 'evil'])),
    raw('NUL in a header', head([ping, 'Host: x', 'X: a\0b'])),
    raw('a high byte in a header', head([ping, 'Host: x', 'X: \u00ff'])),
    raw('no host', head([ping])),
    raw('two hosts', head([ping, 'Host: x', 'Host: y'])),
    raw('HTTP/1.0', head(['GET /_ping HTTP/1.0', 'Host: x'])),
    raw('HTTP/0.9', Buffer.from('GET /_ping\r\n\r\n')),
    raw('HTTP/2 preface', Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n')),
    raw('HTTP/1.1 in small letters', head(['GET /_ping http/1.1', 'Host: x'])),
    raw('two spaces in the request line', head(['GET  /_ping HTTP/1.1', 'Host: x'])),
    raw('a tab in the request line', head(['GET\t/_ping HTTP/1.1', 'Host: x'])),
    raw('an empty line first', head(['', ping, 'Host: x'])),
    raw('something after the version', head(['GET /_ping HTTP/1.1 x', 'Host: x'])),
    raw('TLS', Buffer.from([0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, 0xfc, 0x0d, 0x0a, 0x0d, 0x0a])),
    raw('a head without end', Buffer.from(`${ping}\r\nHost: x\r\nX: ${'a'.repeat(40_000)}`)),
    raw('an unknown expectation', head([ping, 'Host: x', 'Expect: magic'])),
    raw('upgrade on a listing', head(['GET /containers/json HTTP/1.1', ...upgrade], second)),
    raw('upgrade to HTTP/2', head([ping, 'Host: x', 'Connection: Upgrade', 'Upgrade: h2c'])),
    raw(
      'upgrade to a WebSocket',
      head([
        'POST /containers/plain/attach HTTP/1.1',
        'Host: x',
        'Connection: Upgrade',
        'Upgrade: websocket',
      ]),
    ),
    raw(
      'upgrade without connection',
      head(['POST /containers/plain/attach HTTP/1.1', 'Host: x', 'Upgrade: tcp']),
    ),
    raw(
      'connection without upgrade',
      head(['POST /containers/plain/attach HTTP/1.1', 'Host: x', 'Connection: upgrade']),
    ),
    raw('upgrade on create', head([make, ...upgrade, 'Content-Length: 13'], `{"Image":"i"}${second}`)),
    raw('a session', head(['POST /session HTTP/1.1', 'Host: x', 'Connection: Upgrade', 'Upgrade: h2c'])),
    judged(
      'a second request after an upgrade becomes input, never a request',
      head(['POST /containers/plain/attach?stream=1 HTTP/1.1', ...upgrade], second),
      /create|Privileged/,
    ),
    judged(
      'a second request after a stream without upgrade becomes input, never a request',
      head(['POST /containers/plain/attach?stream=1 HTTP/1.1', 'Host: x'], second),
      /create|Privileged/,
    ),
    judged(
      'headers of our own choosing',
      writeRequest('GET', '/containers/json', undefined, {
        'X-Evil': '1',
        Authorization: 'x',
        'X-Forwarded-For': 'x',
        'X-Registry-Auth': 'abcd',
        Cookie: 'x',
        Host: 'evil',
      }),
      /evil|authorization|forwarded|registry|cookie/i,
    ),
  ];
}
