import { isObject, type Json } from './json.ts';
import {
  anyText,
  flag,
  isNeutral,
  type Judge,
  list,
  map,
  object,
  only,
  power,
  type Shape,
  text,
  unless,
  whole,
  wrong,
} from './shape.ts';

const volumeName = /^[A-Za-z0-9][A-Za-z0-9_.-]*$/;
/** A path inside the container. */
export const insidePath = /^\/[^:\p{Cc}]*$/u;
const tmpfsOption =
  /^(?:ro|rw|exec|noexec|nosuid|nodev|noatime|nodiratime|relatime|size=\d+[kmg%]?|mode=[0-7]{3,4}|[ug]id=\d+|nr_(?:inodes|blocks)=\d+[kmg]?)$/;

/** Options of a bind in `Binds` that stay inside the container. */
const bindOptions = new Set([
  '',
  'ro',
  'rw',
  'z',
  'Z',
  'cached',
  'delegated',
  'consistent',
  'nocopy',
  'private',
  'rprivate',
]);

/** `HostConfig.Binds`: `source:target[:options]`, where the source is a path of the machine or a volume's name. */
export const binds: Shape = list(async (value, at, judge) => {
  const parts = typeof value === 'string' ? value.split(':') : [];
  const [source = '', target = '', options = ''] = parts;
  if (parts.length === 1 && insidePath.test(source)) return value;
  if (parts.length < 2 || parts.length > 3 || !insidePath.test(target)) wrong(at, 'source:target[:options]');
  const words = options.split(',');
  if (!words.every((word) => bindOptions.has(word))) judge.needs('mount-options', at);
  const kept = parts.length === 3 ? `:${options}` : '';
  if (volumeName.test(source)) {
    await volume(source, at, judge);
    return value;
  }
  return `${await judge.paths.bind(source, words.includes('ro'), at, judge.needs)}:${target}${kept}`;
});

/** `HostConfig.Tmpfs`: target to comma-separated options. */
export const tmpfs: Shape = map(
  insidePath,
  unless(
    (value) =>
      typeof value === 'string' && (value === '' || value.split(',').every((word) => tmpfsOption.test(word))),
    'mount-options',
  ),
);

const mount = object({
  Type: anyText,
  Source: anyText,
  Target: text(insidePath, 'an absolute path without a colon'),
  ReadOnly: flag,
  Consistency: anyText,
  BindOptions: object({
    Propagation: unless((value) => ['', 'private', 'rprivate'].includes(String(value)), 'mount-options'),
    NonRecursive: flag,
    CreateMountpoint: flag,
    ReadOnlyNonRecursive: flag,
    ReadOnlyForceRecursive: flag,
  }),
  VolumeOptions: object({
    NoCopy: flag,
    Labels: map(/^/, anyText),
    Subpath: text(/^(?!\/)(?!(?:.*\/)?\.\.(?:\/|$))\P{Cc}*$/u, 'a path inside the volume'),
    DriverConfig: object({
      Name: unless((value) => value === '' || value === 'local', 'volume-driver'),
      Options: power('volume-driver'),
    }),
  }),
  TmpfsOptions: object({ SizeBytes: whole, Mode: whole, Options: power('mount-options') }),
  ImageOptions: object({ Subpath: only('') }),
  ClusterOptions: object({}),
});

/** `HostConfig.Mounts`: the long form of the same, with types of its own. */
export const mounts: Shape = list(async (value, at, judge) => {
  const judged = await mount(value, at, judge);
  if (!isObject(judged)) return wrong(at, 'an object');
  const { Type: type, Source: source = '' } = judged;
  if (typeof source !== 'string') return wrong(`${at}.Source`, 'a text');
  if (type === 'bind') {
    judged['Source'] = await judge.paths.bind(
      source,
      judged['ReadOnly'] === true,
      `${at}.Source`,
      judge.needs,
    );
  } else if (type === 'volume') {
    if (source !== '' && !volumeName.test(source)) return wrong(`${at}.Source`, "a volume's name");
    if (source !== '') await volume(source, `${at}.Source`, judge);
  } else if (type !== 'tmpfs') {
    judge.needs('mount-options', `${at}.Type`);
  } else if (source !== '') {
    return wrong(`${at}.Source`, 'empty for a tmpfs');
  }
  return judged;
});

/** File systems of a volume that live elsewhere than on a path or device of this machine. */
const farAway = new Set(['nfs', 'nfs4', 'cifs', 'smb3', 'tmpfs']);

/** A volume that exists may have been made, by somebody with the power to, from any path of the machine. */
async function volume(name: string, at: string, judge: Judge): Promise<void> {
  const found = await judge.look('volumes', name);
  if (found === undefined) return;
  const options: Json = found['Options'] ?? null;
  if (found['Driver'] !== 'local') judge.needs('volume-driver', at);
  else if (isNeutral(options)) return;
  else if (
    !isObject(options) ||
    !farAway.has(String(options['type'])) ||
    /bind/i.test(String(options['o']))
  ) {
    judge.needs('volume-points-at-host', at);
  }
}
