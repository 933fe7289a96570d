import type { Recorded } from './recording-engine.ts';

/**
 * Judges what reached the engine, by other means than the broker does: it reads JSON as the engine's Go decoder does
 * (keys without case, the last of twins wins) and knows what must never be there.
 *
 * @param root the only directory that binds may come from
 * @returns what is wrong, or undefined
 */
export function findPower(request: Recorded, root: string): string | undefined {
  const [path = '', query = ''] = request.url.split('?');
  if (!/^(?:\/v1\.[2-6]\d)?(?:\/[A-Za-z0-9][A-Za-z0-9._:@-]*|\/_ping)+$/.test(path)) return `path ${path}`;
  if (/\/(?:prune|archive|export|commit|auth|session|grpc|load|push|ws|copy|checkpoints)(?:\/|$)/.test(path))
    return `path ${path}`;
  if (/^(?:\/v1\.\d\d)?\/(?:plugins|swarm|nodes|services|tasks|secrets|configs|debug)/.test(path))
    return `path ${path}`;
  if (request.method === 'DELETE' && /\/volumes\/|\/containers\/.*[?&]v=1/.test(request.url))
    return 'removal of data';
  if (/(?:^|&)(?:remote|session|outputs|fromSrc|checkpoint)=./i.test(query)) return `query ${query}`;
  if (/networkmode=(?!(?:default|none|bridge)?(?:&|$))/.test(query)) return `query ${query}`;
  for (const name of Object.keys(request.headers)) {
    if (!known.has(name)) return `header ${name}`;
  }
  if (path.endsWith('/build') || request.body === '') return undefined;
  let body: unknown;
  try {
    body = JSON.parse(Buffer.from(request.body, 'latin1').toString('utf8'), asGoReads);
  } catch {
    return 'a body that is not JSON';
  }
  return powerIn(body, root, path.endsWith('/exec'));
}

const known = new Set([
  'host',
  'connection',
  'upgrade',
  'content-length',
  'content-type',
  'transfer-encoding',
  'x-registry-auth',
  'x-registry-config',
]);

/** Keys in one case, so that a key in other letters cannot hide. */
function asGoReads(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key.toUpperCase().toLowerCase(), item]),
  );
}

const mustBeEmpty = new Set(
  (
    'privileged pidmode utsmode usernsmode devices devicerequests devicecgrouprules sysctls cgroupparent annotations ' +
    'oomscoreadj oomkilldisable volumesfrom capadd driveropts'
  ).split(' '),
);
const allowed: Record<string, RegExp> = {
  ipcmode: /^(?:|none|private|shareable)$/,
  cgroupnsmode: /^(?:|private)$/,
  networkmode: /^(?:|default|bridge|none|friends|new)$/,
  runtime: /^(?:|runc)$/,
  volumedriver: /^(?:|local)$/,
  propagation: /^(?:|r?private)$/,
};

function powerIn(value: unknown, root: string, isCommand: boolean): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [key, item] of Object.entries(value)) {
    if (key === 'labels' || item === null) continue;
    const isEmpty = !item || (typeof item === 'object' && Object.keys(item).length === 0);
    if (mustBeEmpty.has(key) && !isEmpty) return `${key} ${JSON.stringify(item)}`;
    if (key === 'maskedpaths' || key === 'readonlypaths') return key;
    const pattern = allowed[key];
    if (pattern !== undefined && !pattern.test(String(item))) return `${key} ${JSON.stringify(item)}`;
    if (key === 'securityopt' && /unconfined|disable|false/.test(JSON.stringify(item))) return 'securityopt';
    if (key === 'user' && isCommand && !isEmpty) return 'user of a command';
    if (key === 'binds')
      for (const bind of Array.isArray(item) ? item : [])
        if (!isInside(String(bind).split(':')[0] ?? '', root)) return `bind ${bind}`;
    if (key === 'source' && 'type' in value && !isInside(String(item), root)) return `source ${item}`;
    const deeper = powerIn(item, root, false);
    if (deeper !== undefined) return deeper;
  }
  return undefined;
}

/** Volumes of the recording engine that are paths of the machine. */
const strongVolume = /^(?:rootvolume|slyvolume|diskvolume|pluginvolume)$/;

function isInside(source: string, root: string): boolean {
  if (source === '' || source === '/etc/localtime' || source === '/etc/timezone') return true;
  if (/^[A-Za-z0-9][A-Za-z0-9_.-]*$/.test(source)) return !strongVolume.test(source);
  return (
    /^(?!.*\/\.\.?(?:\/|$))/.test(source) &&
    (source === root || source.startsWith(`${root}/`)) &&
    !/\/(?:to-[a-z]+|a-socket|loop|up)(?:\/|$)/.test(source)
  );
}
