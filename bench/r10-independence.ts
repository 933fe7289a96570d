import { existsSync } from 'node:fs';
import type { BenchOptions, Figure } from './bench.ts';
import { serveDomains } from './served-domains.ts';
import { visitSite } from './visits.ts';

/**
 * R10: domains are brought to HTTPS, then NebulaCommand is ended (the server killed, then all of it stopped) and its data
 * directory is gone; every site is visited with its certificate judged, then Caddy itself is started again and they are visited
 * once more.
 */
export async function run({ quick, signal }: BenchOptions): Promise<Figure[]> {
  await using served = await serveDomains(quick ? 3 : 20, signal);
  const { edge, product, root } = served;
  const { caddy } = edge;
  const { dataDir } = product;
  const names = served.domains.map(({ name }) => name);

  const before = await lookAtAll(names, caddy.httpsPort, root);
  process.kill(product.processes().server, 'SIGKILL');
  const afterKill = await lookAtAll(names, caddy.httpsPort, root);
  await served.stop();
  const isGone = !existsSync(dataDir);
  const afterStop = await lookAtAll(names, caddy.httpsPort, root);
  await caddy.stop();
  await caddy.start();
  const afterRestart = await lookAtAll(names, caddy.httpsPort, root);

  const stages = {
    'server killed': afterKill,
    'all stopped, data gone': afterStop,
    'Caddy started again': afterRestart,
  };
  const lost = (what: keyof Look) =>
    Object.entries(stages).flatMap(([stage, looks]) =>
      names.flatMap((name) => {
        const was = before.get(name)?.[what];
        const is = looks.get(name)?.[what];
        return was !== undefined && was !== '' && was === is
          ? []
          : [`${name}, ${stage}: ${is ?? 'no answer'}`];
      }),
    );
  const scope = `${names.length} domains, visited after the server was killed, after all was stopped and the data directory was gone (${isGone ? 'it is' : 'IT IS STILL THERE'}), and after Caddy was started again with --resume; Caddy 2.6.2`;
  return (['route', 'certificate'] as const).map((what) => {
    const list = lost(what);
    return {
      id: 'R10',
      what: `${what === 'route' ? 'Routes' : 'Certificates'} that stop when NebulaCommand and its data are gone`,
      figure: list.length,
      unit: 'count',
      target: '0',
      met: list.length === 0 && isGone,
      detail: list.length === 0 ? scope : `${scope}; ${list.slice(0, 5).join('; ')}`,
    };
  });
}

/** What a site answers, and the certificate that it shows; empty where that is not trusted. */
interface Look {
  route: string;
  certificate: string;
}

async function lookAtAll(names: readonly string[], port: number, root: string): Promise<Map<string, Look>> {
  const looks = new Map<string, Look>();
  for (const name of names) {
    const seen = await visitSite(name, port, root).catch(() => null);
    if (seen === null) continue;
    const { body, isTrusted, serial, status } = seen;
    looks.set(name, { route: `${status} ${body}`, certificate: isTrusted ? serial : '' });
  }
  return looks;
}
