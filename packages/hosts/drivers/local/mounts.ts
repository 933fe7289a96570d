/** A mounted file system worth a line. */
export interface Mount {
  device: string;
  mountPoint: string;
  type: string;
  kind: 'disk' | 'network' | 'container-root';
  isReadOnly: boolean;
}

interface Entry {
  /** Major and minor number of the device. */
  number: string;
  /** Which part of the file system is mounted; other than `/` for bind mounts and subvolumes. */
  part: string;
  mountPoint: string;
  options: string;
  type: string;
  source: string;
}

const network =
  /^(?:nfs4?|cifs|smb3|smbfs|9p|ceph|glusterfs|afs|fuse\.(?:sshfs|rclone|glusterfs|mergerfs|s3fs|davfs|ceph.*))$/;
const disk =
  /^(?:ext[234]|xfs|btrfs|zfs|f2fs|jfs|reiserfs|nilfs2|bcachefs|vfat|exfat|ntfs3?|fuseblk|hfsplus|udf|iso9660|ufs|apfs)$/;
/** Files that container engines mount into every container; they say nothing about a disk of it. */
const engineFiles = new Set(['/etc/hosts', '/etc/hostname', '/etc/resolv.conf']);

/**
 * The devices of `/proc/self/mountinfo` (proc_pid_mountinfo(5)), one line each however often they are mounted; where we run in a
 * container whose root is an overlay, that too. Memory, kernel and automount file systems are left out.
 */
export function parseMounts(text: string): Mount[] {
  const found = new Map<string, Entry>();
  for (const line of text.split('\n')) {
    const entry = parseLine(line);
    if (entry === null || engineFiles.has(entry.mountPoint) || kindOf(entry) === null) continue;
    const key = deviceKey(entry);
    const known = found.get(key);
    if (known === undefined || isBetter(entry, known)) found.set(key, entry);
  }
  return [...found.values()]
    .map((entry) => ({
      device: entry.source,
      mountPoint: entry.mountPoint,
      type: entry.type,
      kind: kindOf(entry) ?? 'disk',
      isReadOnly: /(?:^|,)ro(?:,|$)/.test(entry.options),
    }))
    .sort((one, other) => (one.mountPoint < other.mountPoint ? -1 : 1));
}

function parseLine(line: string): Entry | null {
  const [left = '', right] = line.split(/ - (.*)/s);
  const [, , number, part, mountPoint, options] = left.split(' ');
  const [type, source] = right?.split(' ') ?? [];
  if (number === undefined || part === undefined || mountPoint === undefined || options === undefined)
    return null;
  if (type === undefined || source === undefined || !/^\d+:\d+$/.test(number)) return null;
  return {
    number,
    part: unescaped(part),
    mountPoint: unescaped(mountPoint),
    options,
    type,
    source: unescaped(source),
  };
}

function kindOf({ type, mountPoint }: Entry): Mount['kind'] | null {
  if (network.test(type)) return 'network';
  if (disk.test(type)) return 'disk';
  return mountPoint === '/' && (type === 'overlay' || type === 'fuse-overlayfs') ? 'container-root' : null;
}

/** Subvolumes of btrfs have numbers of their own, datasets of a ZFS pool share its space: the source names what they have in common. */
function deviceKey({ type, source, number }: Entry): string {
  if (type === 'zfs') return `zfs:${source.split('/')[0] ?? ''}`;
  if (type === 'btrfs' || network.test(type)) return `${type}:${source}`;
  return number;
}

/** The whole file system rather than a part of it, and the shortest path to it. */
function isBetter(entry: Entry, known: Entry): boolean {
  const isWhole = entry.part === '/';
  if (isWhole !== (known.part === '/')) return isWhole;
  return entry.mountPoint.length < known.mountPoint.length;
}

/** Spaces and the like are written as `\040`; bytes beyond ASCII stand as they are. */
function unescaped(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
}
