/** A key of a compose file: what may stand below it (`*` is any name) and which values are usual. */
export interface ComposeKey {
  keys?: Record<string, ComposeKey>;
  values?: readonly string[];
}

const plain = (names: string): Record<string, ComposeKey> =>
  Object.fromEntries(names.split(' ').map((name) => [name, {}]));
const yesNo: ComposeKey = { values: ['true', 'false'] };

const service: Record<string, ComposeKey> = {
  ...plain(
    'annotations cap_add cap_drop cgroup_parent command configs container_name cpu_count cpu_percent cpu_period cpu_quota ' +
      'cpu_shares cpus cpuset credential_spec device_cgroup_rules devices dns dns_opt dns_search domainname entrypoint env_file ' +
      'environment expose external_links extra_hosts gpus group_add hostname image label_file labels links mac_address mem_limit ' +
      'mem_reservation mem_swappiness memswap_limit networks oom_score_adj pids_limit platform ports profiles runtime scale secrets ' +
      'security_opt shm_size stop_grace_period stop_signal storage_opt sysctls tmpfs user volumes volumes_from working_dir',
  ),
  attach: yesNo,
  build: {
    keys: plain(
      'args cache_from context dockerfile dockerfile_inline extra_hosts labels network platforms pull shm_size tags target',
    ),
  },
  cgroup: { values: ['host', 'private'] },
  depends_on: {
    keys: {
      '*': {
        keys: {
          condition: { values: ['service_started', 'service_healthy', 'service_completed_successfully'] },
          required: yesNo,
          restart: yesNo,
        },
      },
    },
  },
  deploy: {
    keys: {
      ...plain('endpoint_mode labels mode placement replicas'),
      resources: {
        keys: {
          limits: { keys: plain('cpus memory pids') },
          reservations: { keys: plain('cpus memory devices') },
        },
      },
      restart_policy: { keys: plain('condition delay max_attempts window') },
    },
  },
  develop: { keys: plain('watch') },
  extends: { keys: plain('file service') },
  healthcheck: {
    keys: { ...plain('interval retries start_interval start_period test timeout'), disable: yesNo },
  },
  init: yesNo,
  ipc: { values: ['shareable', 'private', 'host', 'service:'] },
  logging: {
    keys: {
      driver: { values: ['json-file', 'local', 'journald', 'none'] },
      options: { keys: plain('max-file max-size') },
    },
  },
  network_mode: { values: ['bridge', 'none', 'host', 'service:'] },
  oom_kill_disable: yesNo,
  pid: { values: ['host', 'service:'] },
  privileged: yesNo,
  pull_policy: { values: ['missing', 'always', 'never', 'build'] },
  read_only: yesNo,
  restart: { values: ['no', 'always', 'on-failure', 'unless-stopped'] },
  stdin_open: yesNo,
  tty: yesNo,
  ulimits: { keys: plain('memlock nofile nproc') },
  userns_mode: { values: ['host'] },
  uts: { values: ['host'] },
};

/** Keys of a compose file (compose-spec.io), for completion; what is valid is said by compose itself. */
export const composeKeys: ComposeKey = {
  keys: {
    name: {},
    include: {},
    services: { keys: { '*': { keys: service } } },
    networks: {
      keys: {
        '*': {
          keys: {
            ...plain('driver_opts ipam labels name'),
            driver: { values: ['bridge'] },
            attachable: yesNo,
            enable_ipv6: yesNo,
            external: yesNo,
            internal: yesNo,
          },
        },
      },
    },
    volumes: {
      keys: {
        '*': {
          keys: { ...plain('driver_opts labels name'), driver: { values: ['local'] }, external: yesNo },
        },
      },
    },
    configs: { keys: { '*': { keys: { ...plain('file name'), external: yesNo } } } },
    secrets: { keys: { '*': { keys: { ...plain('file name'), external: yesNo } } } },
  },
};

/** What can be written at a place of a block-style compose file. */
export interface Completion {
  /** Where the word that is being written begins, in letters from the start of its line. */
  from: number;
  words: { word: string; kind: 'key' | 'value' }[];
}

/**
 * Completes the word before the cursor. Names that the file itself declares are offered where they are used.
 *
 * @param lines of the text up to the cursor's line
 * @param column of the cursor in the last of them
 */
export function completeAt(lines: readonly string[], column: number, whole: string): Completion | null {
  const line = (lines.at(-1) ?? '').slice(0, column);
  if (/^\s*#/.test(line)) return null;
  const value = /^(\s*(?:-\s+)?)([\w-]+):\s+([\w:-]*)$/.exec(line);
  if (value !== null) {
    const [, head = '', key = '', typed = ''] = value;
    const found = keyAt([...pathAbove(lines, head.length), key]);
    const words = (found?.values ?? []).map((word) => ({ word, kind: 'value' as const }));
    return words.length === 0 ? null : { from: column - typed.length, words };
  }
  const item = /^(\s*)-\s+([\w.-]*)$/.exec(line);
  if (item !== null) {
    const [, head = '', typed = ''] = item;
    const path = pathAbove(lines, head.length + 1);
    const names = namesFor(path.at(-1) ?? '', whole);
    return names.length === 0
      ? null
      : { from: column - typed.length, words: names.map((word) => ({ word, kind: 'value' })) };
  }
  const key = /^(\s*)([\w-]*)$/.exec(line);
  if (key === null) return null;
  const [, head = '', typed = ''] = key;
  const path = pathAbove(lines, head.length);
  const declared = path.at(-1) === 'depends_on' ? namesFor('depends_on', whole) : [];
  const known = Object.keys(keyAt(path)?.keys ?? {}).filter((name) => name !== '*');
  const words = [...declared, ...known].map((word) => ({ word, kind: 'key' as const }));
  return words.length === 0 ? null : { from: column - typed.length, words };
}

/** Keys above the last line that it stands below, outermost first. */
function pathAbove(lines: readonly string[], indent: number): string[] {
  const path: string[] = [];
  let depth = indent;
  for (let at = lines.length - 2; at >= 0 && depth > 0; at -= 1) {
    const [, head = '', key] = /^(\s*(?:-\s+)?)["']?([\w.-]+)["']?:(?:\s|$)/.exec(lines[at] ?? '') ?? [];
    if (key === undefined || head.length >= depth) continue;
    path.unshift(key);
    depth = head.length;
  }
  return path;
}

function keyAt(path: readonly string[]): ComposeKey | undefined {
  let key: ComposeKey | undefined = composeKeys;
  for (const part of path) key = key?.keys?.[part] ?? key?.keys?.['*'];
  return key;
}

const declaredIn: Record<string, string> = {
  depends_on: 'services',
  networks: 'networks',
  secrets: 'secrets',
  configs: 'configs',
};

/** Names that the file declares at its top, for the lists that use them. */
function namesFor(list: string, whole: string): string[] {
  const section = declaredIn[list];
  if (section === undefined) return [];
  const names: string[] = [];
  let isInside = false;
  for (const line of whole.split('\n')) {
    if (/^\S/.test(line)) isInside = line.startsWith(`${section}:`);
    const name = /^ {1,8}([\w.-]+):/.exec(line)?.[1];
    const isFirstLevel = names.length === 0 || indentOf(line) === firstIndent(whole, section);
    if (isInside && name !== undefined && isFirstLevel) names.push(name);
  }
  return names;
}

function firstIndent(whole: string, section: string): number {
  const lines = whole.split('\n');
  const start = lines.findIndex((line) => line.startsWith(`${section}:`));
  return indentOf(lines.slice(start + 1).find((line) => line.trim() !== '') ?? '');
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}
