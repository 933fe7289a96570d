// --lan: a certificate of our own authority for the addresses of this machine, and how to trust it.
import { spawn } from 'node:child_process';
import { isIP } from 'node:net';
import { hostname, networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { toolEnvironment } from './environment.mjs';
import { serviceOf } from './parts.mjs';
import { Refusal } from './refusal.mjs';
import { say } from './say.mjs';

/**
 * @typedef {object} Certificates what `apps/dashboard/tls/main.ts` prints
 * @property {string} fingerprint
 * @property {string[]} names
 * @property {string[]} uncovered
 * @property {boolean} hasReplacedAuthority
 * @property {boolean} hasNewCertificate
 *
 * @typedef {object} TlsProgram
 * @property {string} root folder of the program
 * @property {string} node
 * @property {string} data
 * @property {NodeJS.ProcessEnv} env
 * @property {{ uid: number, gid: number } | undefined} user who owns the keys
 */

/** Bridges that Docker makes come and go and are no way into this machine from the home network. */
const bridges = /^(docker\d+|br-[0-9a-f]{12}|docker_gwbridge|veth.*)$/;
const loopback = new Set(['localhost', '127.0.0.1', '::1']);

/**
 * Names and addresses under which the home network reaches this machine.
 * @param {string} name of the machine
 * @param {ReturnType<typeof networkInterfaces>} interfaces
 * @returns {string[]}
 */
export function ownHosts(name = hostname(), interfaces = networkInterfaces()) {
  const full = name.toLowerCase();
  const [short = ''] = full.split('.');
  const isName = (/** @type {string} */ text) => /^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9-]+)*$/.test(text);
  const names = [`${short}.local`, short, full].filter((text) => short !== '' && isName(text));
  const addresses = Object.entries(interfaces)
    .filter(([device]) => !bridges.test(device))
    .flatMap(([, list]) => list ?? [])
    .filter(({ internal, address }) => !internal && !address.toLowerCase().startsWith('fe80:'))
    .sort((left, right) => left.family.localeCompare(right.family))
    .map(({ address }) => address);
  return [...new Set([...names, ...addresses, ...loopback])];
}

/**
 * Everything --lan adds to a start: makes the certificates, keeps them good, and says what to print.
 * @param {import('./parts.mjs').Installation} on
 * @param {(message: { type: string, hosts: string[] }) => void} send to the server
 */
export async function serveLan(on, send) {
  const { data, env, options, who } = on;
  const program = { root: on.root, node: on.node, data, env, user: serviceOf(who) };
  const readHosts = on.replaced.readHosts ?? ownHosts;
  const hosts = readHosts();
  const certificates = await ensureCertificates(program, hosts);
  on.lan.hosts = hosts.map(hostHeader);
  const dispose = keepCertificates(program, hosts, {
    everyMs: on.replaced.lanCheckMs ?? 600_000,
    readHosts,
    changed: (now, isNew) => {
      if (isNew) say('The certificate was renewed.');
      on.lan.hosts = now.map(hostHeader);
      send({ type: 'tls-changed', hosts: on.lan.hosts });
    },
  });
  return {
    dispose,
    /** @param {import('./banner.mjs').ServerReady} ready */
    shown(ready) {
      const addresses = lanAddresses(
        certificates.names,
        options.host,
        Number(new URL(ready.url).port || 443),
      );
      const [first = ready.url] = addresses;
      const setupUrl = ready.setupUrl?.startsWith(ready.url)
        ? first + ready.setupUrl.slice(ready.url.length)
        : ready.setupUrl;
      return { ready: { ...ready, setupUrl }, addresses, trust: trustSteps(certificates, first) };
    },
  };
}

/**
 * Makes or renews the certificates in a short process of the user who owns them.
 * @param {TlsProgram} program
 * @param {string[]} hosts
 * @returns {Promise<Certificates>}
 */
export async function ensureCertificates({ root, node, data, env, user }, hosts) {
  const script = join(root, 'apps/dashboard/tls/main.ts');
  const flags = ['--disable-warning=ExperimentalWarning'];
  const child = spawn(node, [...flags, script, '--data', data, '--hosts', hosts.join(',')], {
    cwd: '/',
    env: toolEnvironment(env, data),
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: 60_000,
    ...(user ?? {}),
  });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (chunk) => {
    text += chunk;
  });
  const code = await new Promise((resolve, reject) => child.once('close', resolve).once('error', reject));
  if (code !== 0)
    throw new Refusal(`The certificate for --lan cannot be made (exit code ${code}); see above.`);
  return JSON.parse(text);
}

/**
 * A name or address as it stands in a Host header: lower case, IPv6 short and in brackets.
 * @param {string} host
 */
export function hostHeader(host) {
  return isIP(host) === 6 ? new URL(`http://[${host}]`).hostname : host.toLowerCase();
}

/**
 * The addresses to print, the handiest first.
 * @param {string[]} names that the certificate holds
 * @param {string} host the address that the server listens on
 * @param {number} port
 * @returns {string[]}
 */
export function lanAddresses(names, host, port) {
  const isEvery = host === '::' || host === '0.0.0.0';
  const reachable = names.filter(
    (name) => !loopback.has(name) && (isEvery || isIP(name) === 0 || name === host),
  );
  const all = reachable.length > 0 ? reachable : names;
  return all.map((name) => `https://${isIP(name) === 6 ? `[${name}]` : name}:${port}`);
}

/**
 * How a person makes their devices trust us.
 * @param {Certificates} certificates
 * @param {string} address of the server
 * @returns {string[]}
 */
export function trustSteps({ fingerprint, uncovered, hasReplacedAuthority }, address) {
  return [
    `Browsers warn until a device trusts our authority: get ${address}/authority.pem there and compare`,
    `  SHA-256 ${fingerprint}`,
    ...(hasReplacedAuthority
      ? ['  This authority is new: devices that trusted the earlier one must trust it again.']
      : []),
    'Android  Settings > Security > Encryption & credentials > Install a certificate > CA certificate',
    'iOS      open it in Safari; Settings > Profile Downloaded; then General > About > Certificate Trust Settings',
    'Windows  as administrator: certutil -addstore Root authority.pem',
    'macOS    sudo security add-trusted-cert -d -r trustRoot -k /Library/Keychains/System.keychain authority.pem',
    'Linux    sudo cp authority.pem /usr/local/share/ca-certificates/nebula.crt && sudo update-ca-certificates',
    'Firefox  Settings > Privacy & Security > View Certificates > Authorities > Import',
    ...(uncovered.length > 0
      ? [`Without a certificate, since the authority is only for this home: ${uncovered.join(', ')}`]
      : []),
  ];
}

/**
 * Renews while NebulaCommand runs: looks for new addresses every `everyMs`, and at the date twice a day.
 * @param {TlsProgram} program
 * @param {string[]} hosts that the certificate was last made for
 * @param {{ everyMs: number, readHosts: () => string[], changed: (hosts: string[], isNew: boolean) => void }} on
 *   `changed` hears of new addresses also when the certificate could stay as it is
 * @returns {() => void} ends it
 */
export function keepCertificates(program, hosts, { everyMs, readHosts, changed }) {
  let known = hosts.join();
  let lookedAt = Date.now();
  let isBusy = false;
  const look = async () => {
    const now = readHosts();
    if (isBusy || (now.join() === known && Date.now() - lookedAt < 12 * 3_600_000)) return;
    isBusy = true;
    try {
      const { hasNewCertificate } = await ensureCertificates(program, now);
      const isMoved = now.join() !== known;
      known = now.join();
      lookedAt = Date.now();
      if (hasNewCertificate || isMoved) changed(now, hasNewCertificate);
    } catch (error) {
      say(`The certificate could not be renewed: ${error instanceof Error ? error.message : error}`);
    } finally {
      isBusy = false;
    }
  };
  const timer = setInterval(() => void look(), everyMs);
  timer.unref();
  return () => clearInterval(timer);
}
