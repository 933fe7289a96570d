import { shares } from '@nebula/acme';
import { newId } from '@nebula/db';
import { spanText } from '@nebula/dns';
import type { HealthCheck, HealthLayer } from './contract.ts';
import type { DomainParts } from './parts.ts';
import { type HttpsProbe, probeHttps, reachOf } from './probe.ts';
import type { SeenCertificate } from './schema.ts';
import {
  servedAfter,
  checksSince,
  type DomainRow,
  insertCheck,
  insertEvent,
  removeChecksBefore,
  updateDomain,
} from './store.ts';
import { sentenceOf } from './validate.ts';

const dayMs = 86_400_000;
/** Domains that are looked at together. */
const atOnce = 8;
/** Share of a certificate's life after which it should have been renewed: lives shrink, so days say nothing. */
const lateShare = shares.late;

/** Looks at every active domain and keeps what it saw for a day. */
export async function checkAll(parts: DomainParts, signal: AbortSignal): Promise<void> {
  let after: string | null = null;
  for (;;) {
    const rows: DomainRow[] = await servedAfter(parts.database.sql, after, 500);
    for (let index = 0; index < rows.length; index += atOnce) {
      await Promise.all(rows.slice(index, index + atOnce).map((row) => checkOne(row, parts, signal)));
      signal.throwIfAborted();
    }
    const last = rows.at(-1);
    if (rows.length < 500 || last === undefined) break;
    after = last.name;
  }
  await removeChecksBefore(parts.database.sql, new Date(parts.clock.now().getTime() - dayMs));
}

/** Looks at one domain, keeps the check and tells when its state is another than last time. */
export async function checkOne(
  row: DomainRow,
  parts: DomainParts,
  signal: AbortSignal,
): Promise<HealthCheck> {
  const { layers, certificate } = await look(row, parts, signal);
  const at = parts.clock.now();
  const state = worst(layers);
  const [last] = await checksSince(parts.database.sql, row.id, new Date(at.getTime() - dayMs), 1);
  await parts.database.transaction(async (sql) => {
    await insertCheck(sql, { domainId: row.id, at, state, layers });
    if (certificate !== null && certificate.serial !== row.certificate?.serial) {
      await updateDomain(sql, row.id, { certificate });
    }
    if (last !== undefined && last.state !== state) {
      const bad = layers.find((layer) => layer.state === state);
      const summary =
        state === 'ok'
          ? `${row.name} is well again.`
          : `${row.name}: ${bad?.layer ?? ''} ${state}. ${bad?.detail ?? ''}`;
      await insertEvent(sql, {
        ...{ id: newId(), domainId: row.id, name: row.name, at, kind: 'health' as const },
        ...{ summary: summary.slice(0, 2000), actor: 'NebulaCommand', runId: null },
      });
    }
  });
  return { at: at.toISOString(), state, layers };
}

async function look(
  row: DomainRow,
  parts: DomainParts,
  signal: AbortSignal,
): Promise<{ layers: HealthLayer[]; certificate: SeenCertificate | null }> {
  const [dns, upstream, probe] = await Promise.all([
    dnsLayer(row, parts, signal),
    upstreamLayer(row, signal),
    proxyProbe(row, parts, signal),
  ]);
  if (typeof probe === 'string') {
    const layers: HealthLayer[] = [
      dns,
      { layer: 'tls', state: 'failed', detail: probe, ms: null },
      { layer: 'http', state: 'unknown', detail: 'Not reached.', ms: null },
      upstream,
    ];
    return { layers, certificate: null };
  }
  return {
    layers: [dns, tlsLayer(probe, parts.clock.now()), httpLayer(probe), upstream],
    certificate: probe.certificate,
  };
}

async function proxyProbe(
  row: DomainRow,
  parts: DomainParts,
  signal: AbortSignal,
): Promise<HttpsProbe | string> {
  try {
    const { httpsPort } = await parts.ports(signal);
    return await probeHttps({ name: row.name, address: '127.0.0.1', port: httpsPort }, parts.roots, signal);
  } catch (error) {
    return sentenceOf(error);
  }
}

async function dnsLayer(row: DomainRow, parts: DomainParts, signal: AbortSignal): Promise<HealthLayer> {
  const wanted = row.records.A ?? row.records.AAAA;
  const type = row.records.A === undefined && row.records.AAAA !== undefined ? 'AAAA' : 'A';
  try {
    const { values, code } = await parts.naming.resolver().ask(row.name, type, { signal });
    if (values.length === 0) {
      return {
        layer: 'dns',
        state: 'failed',
        detail: `${row.name} has no ${type} record (${code}).`,
        ms: null,
      };
    }
    const isWanted = wanted === undefined || values.some((value) => wanted.includes(value));
    const detail = `${row.name} is ${values.join(' and ')}${isWanted ? '' : `, written was ${wanted.join(' and ')}`}.`;
    return { layer: 'dns', state: isWanted ? 'ok' : 'warning', detail, ms: null };
  } catch (error) {
    return { layer: 'dns', state: 'unknown', detail: sentenceOf(error), ms: null };
  }
}

async function upstreamLayer(row: DomainRow, signal: AbortSignal): Promise<HealthLayer> {
  const target = row.goodRoute?.target;
  if (target === undefined || target.kind !== 'upstreams') {
    return { layer: 'upstream', state: 'ok', detail: 'There is nothing behind it to reach.', ms: null };
  }
  const began = performance.now();
  const refusals = await reachOf(target.upstreams, signal);
  const lost = refusals.filter(({ why }) => why !== null);
  const detail =
    lost.length === 0
      ? `${refusals.map(({ dial }) => dial).join(', ')} accepts connections.`
      : `${lost.map(({ dial, why }) => `${dial}: ${why ?? ''}`).join('; ')}.`;
  const state = lost.length === 0 ? 'ok' : lost.length < refusals.length ? 'warning' : 'failed';
  return { layer: 'upstream', state, detail, ms: Math.round(performance.now() - began) };
}

function tlsLayer({ certificate, distrust }: HttpsProbe, now: Date): HealthLayer {
  const from = Date.parse(certificate.notBefore);
  const to = Date.parse(certificate.notAfter);
  const share = (now.getTime() - from) / Math.max(1, to - from);
  const left = Math.max(0, (to - now.getTime()) / 1000);
  const detail = `${certificate.issuer}, valid for another ${spanText(Math.round(left))} (${Math.round(share * 100)} % of its life is over).`;
  if (share >= 1) return { layer: 'tls', state: 'failed', detail: `It expired. ${detail}`, ms: null };
  if (distrust !== null) return { layer: 'tls', state: 'failed', detail: `${distrust} ${detail}`, ms: null };
  return { layer: 'tls', state: share >= lateShare ? 'warning' : 'ok', detail, ms: null };
}

function httpLayer({ status, ms }: HttpsProbe): HealthLayer {
  const detail = `It answers ${status} in ${ms} ms.`;
  return { layer: 'http', state: status >= 500 ? 'failed' : 'ok', detail, ms };
}

function worst(layers: readonly HealthLayer[]): HealthCheck['state'] {
  const order = ['failed', 'warning', 'unknown', 'ok'] as const;
  return order.find((state) => layers.some((layer) => layer.state === state)) ?? 'unknown';
}
