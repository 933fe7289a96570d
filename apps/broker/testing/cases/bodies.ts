import { type HostileCase, raw, withBody } from './case.ts';
import { writeRequest } from '../send.ts';

/** Bodies that two JSON readers could read in two ways. */
export function bodyCases(): HostileCase[] {
  const bad = (name: string, text: string | Buffer) =>
    raw(`body ${name}`, withBody('/containers/create', typeof text === 'string' ? Buffer.from(text) : text));
  const nested = (open: string, close: string) =>
    `{"Image":"i","Labels":${open.repeat(3000)}${close.repeat(3000)}}`;
  return [
    bad('that is empty', ''),
    bad('that is a list', '[]'),
    bad('that is a text', '"x"'),
    bad('that is null', 'null'),
    bad('with two values', '{"Image":"i"}{"HostConfig":{"Privileged":true}}'),
    bad('with something after it', '{"Image":"i"} x'),
    bad('that is cut off', '{"Image":"i"'),
    bad('with a comment', '{"Image":"i"/**/}'),
    bad('with a trailing comma', '{"Image":"i",}'),
    bad('with single quotes', "{'Image':'i'}"),
    bad(
      'with a byte order mark',
      Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), Buffer.from('{"Image":"i"}')]),
    ),
    bad('with invalid UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d])),
    bad(
      'with overlong UTF-8',
      Buffer.concat([Buffer.from('{"Image":"'), Buffer.from([0xc0, 0xae]), Buffer.from('"}')]),
    ),
    bad('with UTF-16', Buffer.from('{"Image":"i"}', 'utf16le')),
    bad('with half a character', '{"Image":"i","Labels":{"a":"\\ud800"}}'),
    bad('with NUL', '{"Image":"i","Labels":{"a":"\\u0000"}}'),
    bad('with a raw control character', '{"Image":"i","Labels":{"a":"\n"}}'),
    bad('with a number beyond 2^53', '{"Image":"i","HostConfig":{"Memory":9007199254740993}}'),
    bad('with a fraction', '{"Image":"i","HostConfig":{"Memory":1.5}}'),
    bad('with infinity', '{"Image":"i","HostConfig":{"Memory":1e999}}'),
    bad('with a leading zero', '{"Image":"i","HostConfig":{"Memory":01}}'),
    bad('with deep lists', nested('[', ']')),
    bad('with deep objects', nested('{"a":', '}')),
    bad('with __proto__', '{"Image":"i","__proto__":{"HostConfig":{"Privileged":true}}}'),
    bad('with constructor', '{"Image":"i","constructor":{"prototype":{}}}'),
    bad('with HostConfig as list', '{"Image":"i","HostConfig":[{"Privileged":true}]}'),
    bad('with HostConfig as text', '{"Image":"i","HostConfig":"{\\"Privileged\\":true}"}'),
    bad('with Privileged as text', '{"Image":"i","HostConfig":{"Privileged":"true"}}'),
    bad('with Privileged as number', '{"Image":"i","HostConfig":{"Privileged":1}}'),
    bad('with an escaped key', '{"Image":"i","HostConfig":{"\\u0050rivileged":true}}'),
    bad('with a Kelvin sign for K', '{"Image":"i","HostConfig":{"Mas\u212aedPaths":[]}}'),
    bad('with a long s', '{"Image":"i","HostConfig":{"Bind\u017f":["/:/x"]}}'),
    bad('with a key that ends in NUL', '{"Image":"i","HostConfig":{"Privileged\\u0000":true}}'),
    bad('with a key with a space', '{"Image":"i","HostConfig":{"Privileged ":true}}'),
    bad('with a platform of its own', '{"Image":"i","Platform":"linux/amd64"}'),
    bad('with an image that is a path', '{"Image":"../../x"}'),
    bad(
      'with host settings on the volume map',
      '{"Image":"i","Volumes":{"/x":{"HostConfig":{"Privileged":true}}}}',
    ),
    bad('longer than a mebibyte', `{"Image":"i","Labels":{"a":"${'x'.repeat(1_100_000)}"}}`),
    raw(
      'body of start with host settings',
      writeRequest('POST', '/containers/plain/start', '{"HostConfig":{"Privileged":true}}'),
    ),
    raw('body of stop', writeRequest('POST', '/containers/plain/stop', '{"Privileged":true}')),
    raw('body of a removal', writeRequest('DELETE', '/containers/plain', '{"v":true}')),
    raw('body of a listing', writeRequest('GET', '/containers/json', '{"all":true}')),
    raw(
      'host settings in query and body of start',
      writeRequest('POST', '/containers/plain/start?HostConfig=1', '{"HostConfig":{"Privileged":true}}'),
    ),
    raw(
      'a parameter in the body instead of the query',
      writeRequest('POST', '/containers/plain/stop?t=1', '{"t":9}'),
    ),
    raw('a form where JSON is expected', writeRequest('POST', '/containers/plain/stop', 't=9')),
  ];
}
