import type { BenchOptions, Figure } from './bench.ts';
import { drill } from './deploy-drill.ts';

/** R2: WebSockets of another site while an app is deployed again and again, and what a load of routes does to them. */
export async function run({ quick, signal }: BenchOptions): Promise<Figure[]> {
  const { deploys, isWhole, replaced, talks, loads, afterLoad } = await drill(quick, signal);
  const share = (100 * talks.alive) / talks.opened;
  return [
    {
      id: 'R2',
      what: `WebSockets of another site that survive ${deploys} deploys`,
      figure: share,
      unit: '%',
      target: '100 %',
      met: isWhole || talks.alive < talks.opened ? talks.alive === talks.opened : null,
      detail: `${talks.alive} of ${talks.opened} answer after ${replaced} instances were replaced, with ${loads === 0 ? 'no' : 'a'} load of a configuration; Caddy 2.6.2`,
    },
    {
      id: 'R2',
      what: 'WebSockets that survive 100 route changes on a Caddy with stream_close_delay',
      figure: null,
      unit: '%',
      target: '>= 99.9 %',
      met: null,
      detail: `there is only Caddy 2.6.2 here, which has no stream_close_delay (2.7 and newer have it, and routes then carry it). On 2.6.2 ${afterLoad.changed} changes that come together are one load, and ${afterLoad.alive} of ${talks.alive} WebSockets survive it`,
    },
  ];
}
