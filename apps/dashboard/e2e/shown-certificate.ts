import type { Page } from 'playwright-core';
import { z } from 'zod';
import { api } from '../contract.ts';

/** The contract of certificates, as far as it is there: what is looked at here goes with its feature. */
const Outputs = z.object({
  endpoints: z.object({
    list: z.object({ output: z.instanceof(z.ZodType) }),
    get: z.object({ output: z.instanceof(z.ZodType) }),
  }),
});
const dayMs = 86_400_000;

/**
 * Lets a page show a certificate with all that can be said of one. A real one needs a name server, a proxy and an authority, which
 * the tests of certificates have; here it is only looked at. What is shown is proven by the contract.
 */
export async function showCertificate(page: Page): Promise<void> {
  const at = (days: number) => new Date(Date.now() + days * dayMs).toISOString();
  const seen = {
    ...{ issuer: 'R11', names: ['photos.example.com'], serial: '04A1', fingerprint: 'AB:CD' },
    ...{ notBefore: at(-80), notAfter: at(10), keeper: 'nebula' as const },
    chain: [{ subject: 'R11', issuer: 'ISRG Root X1', notAfter: at(400) }],
    ...{ firstSeenAt: at(-80), lastSeenAt: at(0) },
  };
  const id = '01890000-0000-7000-8000-000000000001';
  const row = {
    ...{ id, name: 'photos.example.com', keeper: 'nebula' as const, state: 'late' as const, share: 0.89 },
    ...{ certificate: seen, distrust: 'unable to get local issuer certificate' },
    window: { start: at(-3), end: at(-1) },
    ...{
      renewsAt: at(-3),
      takesOverAt: null,
      failures: 2,
      problem: 'No answer in time.',
      nextTryAt: at(0.1),
    },
    seenAt: at(0),
  };
  const order = {
    ...{ id, directory: 'https://acme.example.com/directory', method: 'dns-01' as const, createdAt: at(0) },
    ...{ isRehearsal: true, state: 'failed' as const, problem: 'No answer in time.' },
  };
  const contract = Object.entries(api).find(([name]) => name === 'certificates')?.[1];
  if (contract === undefined) return;
  const { list, get } = Outputs.parse(contract).endpoints;
  const pageOfAll = list.output.parse({ items: [row], next: null });
  const one = get.output.parse({ ...row, history: [seen, { ...seen, serial: '04A0' }], orders: [order] });
  await page.route(/\/api\/certificates(?:\?.*)?$/, (route) => route.fulfill({ json: pageOfAll }));
  await page.route(`**/api/certificates/${id}`, (route) => route.fulfill({ json: one }));
}
