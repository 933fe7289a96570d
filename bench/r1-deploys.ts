import type { BenchOptions, Figure } from './bench.ts';
import { drill, whyText } from './deploy-drill.ts';

/** R1: requests that fail while an app with three instances is deployed again and again; see `deploy-drill.ts`. */
export async function run({ quick, signal }: BenchOptions): Promise<Figure[]> {
  const { deploys, isWhole, replaced, seconds, load, loads } = await drill(quick, signal);
  const why = whyText(load.why);
  const scope = `${load.sent} requests (${load.perSecond.toFixed(0)}/s, a quarter POSTs; HTTP/1.1 with and without keep-alive, HTTP/2) in ${seconds.toFixed(0)} s; ${replaced} instances replaced one by one in ${deploys} deploys, ${loads === 0 ? 'no configuration loaded' : 'a configuration was loaded meanwhile'}; Caddy 2.6.2`;
  return [
    {
      id: 'R1',
      what: `Failed requests in ${deploys} rolling deploys of three instances`,
      figure: load.failed,
      unit: 'requests',
      target: '0',
      met: isWhole || load.failed > 0 ? load.failed === 0 : null,
      detail: why === '' ? scope : `${scope}; ${why}`,
    },
  ];
}
