import { chmod, copyFile, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { aptEnvironment, aptOptions } from './apt.ts';
import { cached, unpackPackage } from './deb.ts';
import { dockerClient } from './engine-plan.ts';
import { run, runOk } from './run.ts';

/** The release of Debian whose package `docker-compose` is compose 2 and runs on older releases too. */
const suite = 'trixie';

/**
 * Makes `docker compose` work with a private client configuration: the machine's own plugin when it has one, else
 * the one of Debian's package, unpacked and not installed.
 *
 * @param configFolder becomes `DOCKER_CONFIG`, for example `join(engine.dir, 'config')`.
 * @returns the plugin's path.
 * @throws Error when the machine has no plugin and its Debian mirror cannot be reached.
 */
export async function addCompose(configFolder: string): Promise<string> {
  const plugin = await composePlugin();
  await mkdir(join(configFolder, 'cli-plugins'), { recursive: true });
  const link = join(configFolder, 'cli-plugins', 'docker-compose');
  await rm(link, { force: true });
  await symlink(plugin, link);
  return plugin;
}

/** Path of compose 2: the machine's own, else that of Debian's package, unpacked and not installed. */
export async function composePlugin(): Promise<string> {
  return (await machinePlugin()) ?? (await cached('docker-compose', fetchCompose));
}

/** The plugin the machine's docker client uses, asked of the client itself. */
async function machinePlugin(): Promise<string | null> {
  const info = await run([dockerClient(), 'info', '--format', '{{json .ClientInfo.Plugins}}']);
  return pluginPath(info.stdout);
}

/** Path of a working compose 2 in the client's list of plugins, or null. */
export function pluginPath(listing: string): string | null {
  let plugins: unknown;
  try {
    plugins = JSON.parse(listing);
  } catch {
    // The client printed an error instead of its list: it has none to offer.
    return null;
  }
  for (const plugin of Array.isArray(plugins) ? plugins : []) {
    const { Name, Path, Version, Err } = plugin;
    if (Name === 'compose' && typeof Path === 'string' && Err === undefined && /^v?2/.test(String(Version)))
      return Path;
  }
  return null;
}

async function fetchCompose(target: string): Promise<void> {
  const apt = await mkdtemp(join(tmpdir(), 'nebula-apt-'));
  try {
    const options = await privateApt(apt);
    await runOk(['apt-get', ...aptOptions, ...options, 'update', '-q'], {
      env: aptEnvironment(),
      timeout: 600_000,
    });
    const unpacked = await unpackPackage('docker-compose', options);
    try {
      await copyFile(await findPlugin(unpacked), target);
      await chmod(target, 0o755);
    } finally {
      await rm(unpacked, { recursive: true, force: true });
    }
  } finally {
    await rm(apt, { recursive: true, force: true });
  }
}

/** Options for an apt that reads only our one source, from the mirror the machine uses, and writes only our folder. */
async function privateApt(folder: string): Promise<string[]> {
  for (const path of ['lists/partial', 'cache/archives/partial', 'parts']) {
    await mkdir(join(folder, path), { recursive: true });
  }
  await writeFile(join(folder, 'status'), '');
  const { uri, signedBy } = debianMirror(readSources());
  await writeFile(
    join(folder, 'suite.sources'),
    `Types: deb\nURIs: ${uri}\nSuites: ${suite}\nComponents: main\n${signedBy === null ? '' : `Signed-By: ${signedBy}\n`}`,
  );
  await writeFile(join(folder, 'preferences'), `Package: *\nPin: release n=${suite}\nPin-Priority: 1\n`);
  const settings = {
    'Dir::Etc::sourcelist': join(folder, 'suite.sources'),
    'Dir::Etc::sourceparts': join(folder, 'parts'),
    'Dir::Etc::preferences': join(folder, 'preferences'),
    'Dir::Etc::preferencesparts': join(folder, 'parts'),
    'Dir::State': folder,
    'Dir::State::lists': join(folder, 'lists'),
    'Dir::State::status': join(folder, 'status'),
    'Dir::Cache': join(folder, 'cache'),
    'APT::Sandbox::User': 'root',
    // Hooks of the machine, such as PackageKit's, concern its own lists.
    'APT::Update::Post-Invoke-Success': '',
  };
  return Object.entries(settings).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
}

/** Text of all apt source files of the machine. */
function readSources(): string[] {
  const folder = '/etc/apt/sources.list.d';
  const names = readdirSync(folder).map((name) => join(folder, name));
  return ['/etc/apt/sources.list', ...names].flatMap((path) => {
    try {
      return [readFileSync(path, 'utf8')];
    } catch {
      // Debian 13 has no sources.list any more.
      return [];
    }
  });
}

/** The Debian archive the sources name, in either format of sources.list(5), else Debian's own. */
export function debianMirror(sources: readonly string[]): { uri: string; signedBy: string | null } {
  const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg';
  for (const text of sources) {
    for (const line of text.split('\n')) {
      const uri = /^(?:URIs:|deb\s+(?:\[[^\]]*\]\s+)?)\s*(https?:\S+\/debian)\/?(?:\s|$)/.exec(line)?.[1];
      if (uri !== undefined) return { uri, signedBy: keyring };
    }
  }
  return { uri: 'http://deb.debian.org/debian', signedBy: keyring };
}

/** The plugin lies in one folder or another from release to release, beside a shell completion of the same name. */
async function findPlugin(folder: string): Promise<string> {
  const files = await readdir(folder, { recursive: true, withFileTypes: true });
  const found = files.find(
    (entry) => entry.isFile() && entry.name === 'docker-compose' && entry.parentPath.endsWith('/cli-plugins'),
  );
  if (found === undefined) throw new Error('The package docker-compose holds no plugin.');
  return join(found.parentPath, found.name);
}
