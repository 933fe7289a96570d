import type { HostileGround } from './ground.ts';
import { findPower } from './oracle.ts';
import { bentBytes, bentTarget, framed } from './bend.ts';
import { createRandom, type Random } from './random.ts';
import { sendRaw } from './send.ts';

/** What a run of the fuzzer did. */
export interface FuzzReport {
  requests: number;
  /** Requests the engine saw; a fuzzer that reaches nothing proves nothing. */
  passed: number;
  /** What got through, with the bytes that did it. */
  through: string[];
}

/**
 * Sends requests that are half right until `isOver` says so: good ones with power put in, keys respelled, paths and
 * bytes bent. Each thing that reaches the engine is judged by {@link findPower}.
 *
 * @param seed of the random numbers; the same seed sends the same requests
 */
export async function fuzz(
  ground: HostileGround,
  seed: number,
  isOver: (requests: number) => boolean,
): Promise<FuzzReport> {
  const random = createRandom(seed);
  const report: FuzzReport = { requests: 0, passed: 0, through: [] };
  // A request that was not answered in time may still reach the engine while the next is on its way.
  let late = 0;
  while (!isOver(report.requests)) {
    const bytes = hostileBytes(random, ground);
    const before = ground.engine.requests.length;
    const answer = await sendRaw(ground.broker.dockerSocket, bytes, 150);
    report.requests += 1;
    const reached = ground.engine.requests.splice(before);
    ground.engine.streams.splice(0).forEach(({ socket }) => socket.destroy());
    ground.engine.lookups.length = 0;
    report.passed += reached.length > 0 ? 1 : 0;
    const problem =
      reached.length > 1 + late
        ? `${reached.length} requests on one connection`
        : answer.status >= 500
          ? `answer ${answer.status} ${answer.body}`
          : reached.map((request) => findPower(request, ground.root)).find((found) => found !== undefined);
    late = answer.status === 0 ? 1 : 0;
    if (problem !== undefined)
      report.through.push(`${problem} <- ${JSON.stringify(bytes.toString('latin1')).slice(0, 2_000)}`);
  }
  return report;
}

/** JSON as text fragments, so that keys can stand twice and in any spelling. */
type Fields = [key: string, value: string | Fields][];

function hostileBytes(random: Random, ground: HostileGround): Buffer {
  let [method, target, body] = goodRequest(random, ground);
  if (body !== undefined && random.chance(0.7)) body = withPower(random, body, ground);
  if (random.chance(0.2)) target = bentTarget(random, target);
  if (random.chance(0.05)) method = random.pick(['PUT', 'PATCH', 'GET', 'DELETE', 'HEAD', 'post']);
  let bytes = framed(random, method, target, body === undefined ? undefined : writeFields(random, body));
  if (random.chance(0.15)) bytes = bentBytes(random, bytes);
  return bytes;
}

function goodRequest(random: Random, ground: HostileGround): [string, string, Fields | undefined] {
  const version = random.pick(['', '/v1.41', '/v1.24', '/v1.50']);
  const inside = `"${ground.root}/inside"`;
  const hostConfig: Fields = [
    ['NetworkMode', random.pick(['"default"', '"friends"', '"bridge"'])],
    ['Binds', random.pick([`[]`, `["${ground.root}/inside:/x:ro"]`, `["plainvolume:/x"]`])],
    ['Mounts', random.pick(['null', `[{"Type":"bind","Source":${inside},"Target":"/y"}]`])],
    ['Memory', '67108864'],
    ['Privileged', 'false'],
  ];
  const good: [[string, string, Fields | undefined], ...[string, string, Fields | undefined][]] = [
    [
      'POST',
      `${version}/containers/create?name=x1`,
      [
        ['Image', '"i"'],
        ['Cmd', '["a"]'],
        ['HostConfig', hostConfig],
      ],
    ],
    [
      'POST',
      `${version}/containers/plain/update`,
      [
        ['Memory', '1'],
        ['RestartPolicy', [['Name', '"always"']]],
      ],
    ],
    [
      'POST',
      `${version}/containers/plain/exec`,
      [
        ['Cmd', '["id"]'],
        ['AttachStdout', 'true'],
      ],
    ],
    [
      'POST',
      `${version}/volumes/create`,
      [
        ['Name', '"newvolume"'],
        ['Labels', [['a', '"b"']]],
      ],
    ],
    [
      'POST',
      `${version}/networks/create`,
      [
        ['Name', '"new"'],
        ['Driver', '"bridge"'],
        ['Options', []],
      ],
    ],
    [
      'POST',
      `${version}/networks/friends/connect`,
      [
        ['Container', '"plain"'],
        ['EndpointConfig', []],
      ],
    ],
    ['POST', `${version}/containers/plain/stop?t=1`, undefined],
    ['GET', `${version}/containers/json?all=1`, undefined],
    ['GET', `${version}/images/localhost:5000%2Fx:1/json`, undefined],
    ['DELETE', `${version}/containers/plain?force=1`, undefined],
    ['POST', `${version}/build?t=x&networkmode=default`, undefined],
    ['POST', `${version}/containers/plain/attach?stream=1&stdin=1`, undefined],
  ];
  const create = good[0];
  return random.chance(0.4) ? create : random.pick(good);
}

const powers: [[string, string], ...[string, string][]] = [
  ['Privileged', 'true'],
  ['PidMode', '"host"'],
  ['IpcMode', '"host"'],
  ['UTSMode', '"host"'],
  ['UsernsMode', '"host"'],
  ['CgroupnsMode', '"host"'],
  ['NetworkMode', '"host"'],
  ['NetworkMode', '"container:plain"'],
  ['CapAdd', '["ALL"]'],
  ['Devices', '[{"PathOnHost":"/dev/sda"}]'],
  ['DeviceRequests', '[{"Count":-1}]'],
  ['DeviceCgroupRules', '["a *:* rwm"]'],
  ['SecurityOpt', '["seccomp=unconfined"]'],
  ['Sysctls', '{"kernel.core_pattern":"x"}'],
  ['CgroupParent', '"/"'],
  ['Runtime', '"evil"'],
  ['OomScoreAdj', '-1000'],
  ['MaskedPaths', '[]'],
  ['ReadonlyPaths', '[]'],
  ['VolumesFrom', '["withroot"]'],
  ['VolumeDriver', '"evil"'],
  ['DriverOpts', '{"o":"bind","device":"/"}'],
  ['User', '"root"'],
  ['HostConfig', '{"Privileged":true}'],
];

function withPower(random: Random, fields: Fields, ground: HostileGround): Fields {
  const power = random.chance(0.4) ? pathPower(random, ground) : random.pick(powers);
  const spelled: Fields[number] = [respell(random, power[0]), power[1]];
  const nested = fields.filter((field): field is [string, Fields] => Array.isArray(field[1]));
  const target = random.pick([fields, ...nested.map(([, inner]) => inner)]);
  // Mostly in place of the harmless twin: a key that stands twice is refused for that alone.
  const twin = target.findIndex(([key]) => key === power[0]);
  if (twin >= 0 && random.chance(0.8)) target.splice(twin, 1);
  target.splice(random.below(target.length + 1), 0, spelled);
  if (random.chance(0.3)) target.splice(random.below(target.length), 1);
  return fields;
}

function pathPower(random: Random, { root, engineSocket }: HostileGround): [string, string] {
  const base = random.pick([
    '/',
    '/etc',
    engineSocket,
    '/var/run/docker.sock',
    `${root}/to-root`,
    `${root}/inside/up`,
    `${root}/to-etc`,
    'rootvolume',
    `${root}/loop`,
    root,
  ]);
  const tail = random.pick([
    '',
    '/',
    '/..',
    '/../..',
    '/./x',
    '//',
    '/x',
    '\\u0000',
    '\\u002e\\u002e',
    '/inside/../../..',
    ' ',
  ]);
  const source = `${base}${tail}`;
  return random.pick<[string, string]>([
    ['Binds', `["${source}:/x"]`],
    ['Binds', `["${source}:/x:ro,z"]`],
    ['Mounts', `[{"Type":"bind","Source":"${source}","Target":"/x"}]`],
    ['Mounts', `[{"Type":"volume","Source":"${source}","Target":"/x"}]`],
    [
      'Mounts',
      `[{"Type":"volume","Target":"/x","VolumeOptions":{"DriverConfig":{"Options":{"device":"${source}"}}}}]`,
    ],
  ]);
}

function respell(random: Random, key: string): string {
  const letters = [...key].map((letter) => {
    if (!random.chance(0.1)) return letter;
    return random.pick([
      letter.toLowerCase(),
      letter.toUpperCase(),
      `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`,
      letter.toLowerCase() === 's' ? '\u017f' : letter,
      letter.toLowerCase() === 'k' ? '\u212a' : letter,
    ]);
  });
  return random.chance(0.6) ? key : letters.join('');
}

function writeFields(random: Random, fields: Fields): string {
  const space = random.pick(['', ' ', '\n', '\t']);
  const parts = fields.map(([key, value]) => {
    const text = Array.isArray(value) ? writeFields(random, value) : value;
    return `${space}"${key}"${space}:${text}`;
  });
  const twin = random.chance(0.05) && parts[0] !== undefined ? [parts[0]] : [];
  return `{${[...parts, ...twin].join(',')}${space}}`;
}
