/** The rules that a signed grant can lift, each with the sentence a person reads. Everything else is never lifted. */
export const liftable = {
  privileged: 'a privileged container has the whole machine',
  'host-namespace': "it would live in the machine's own namespace (processes, network, users or names)",
  'join-container': "it would join another container's namespace",
  capabilities: 'it adds capabilities beyond those every container has',
  devices: 'it reaches devices of the machine',
  'security-options': 'it loosens or replaces the security profile',
  'masked-paths': 'it uncovers parts of /proc and /sys that are covered for containers',
  sysctls: 'it changes kernel settings',
  'cgroup-parent': 'it chooses its own control group',
  runtime: 'it chooses its own runtime or passes settings to it',
  'out-of-memory': 'it changes whom the kernel ends first when memory runs out',
  realtime: 'it takes real-time scheduling from the machine',
  'bind-outside-roots': 'it mounts a path of the machine outside the app directories',
  'engine-socket': 'it mounts a socket, pipe or device, such as that of the engine itself',
  'mount-options': 'it asks for a mount type or mount options that reach beyond the container',
  'volume-driver': 'a volume driver or its options can mount any path or device of the machine',
  'volume-points-at-host': 'that volume is a path or device of the machine',
  'volumes-from': "it takes over another container's mounts",
  'log-driver': 'its log driver sends logs out of the machine',
  'network-driver': 'that network driver or option joins networks of the machine',
  'exec-privileged': 'a privileged command has the whole machine',
  'exec-user': "it runs as another user than the container's own",
  'strong-container': 'that container has more power than the broker gives',
  'volume-delete': 'a volume may be the only copy of its data',
  'container-delete-volumes': "it deletes the container's anonymous volumes, which may be the only copy",
} as const;

/** Name of a rule that a grant can lift. */
export type Liftable = keyof typeof liftable;

/** Tells whether a name is that of a rule a grant can lift. */
export function isLiftable(name: string): name is Liftable {
  return Object.hasOwn(liftable, name);
}
