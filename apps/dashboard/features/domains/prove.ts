import { propagationOf, spanText } from '@nebula/dns';
import { AppError, DriverError } from '@nebula/errors';
import type { StepContext } from '@nebula/journal';
import type { DomainParts } from './parts.ts';
import { type HttpsProbe, probeHttp, probeHttps } from './probe.ts';
import { addressTypes } from './records.ts';
import type { SeenCertificate } from './schema.ts';
import { sentenceOf } from './validate.ts';

/** What a step that waits is given. */
type Waiting = Pick<StepContext<unknown>, 'signal' | 'clock' | 'progress'>;

const pollMs = 1000;
/** How long resolvers may show what is old; after that they are told of, not waited for. */
const resolverPatienceMs = 120_000;

/** Waits until every authoritative server shows the addresses, and for a while for the resolvers. */
export async function waitForNameServers(
  name: string,
  wanted: { A: string | null; AAAA: string | null },
  { signal, clock, progress }: Waiting,
  parts: DomainParts,
): Promise<{ evidence: string[] }> {
  const resolver = parts.naming.resolver();
  const evidence: string[] = [];
  for (const type of addressTypes) {
    const address = wanted[type];
    if (address === null) continue;
    let authoritativeAt: number | null = null;
    for (;;) {
      const rrset = { name, type, values: [address] };
      const seen = await propagationOf(resolver, rrset, { signal });
      if (seen.isEverywhereAuthoritative) authoritativeAt ??= clock.now().getTime();
      const isLate = authoritativeAt !== null && clock.now().getTime() - authoritativeAt > resolverPatienceMs;
      const lagging = seen.views.filter(({ state }) => state !== 'as-wanted');
      if (seen.isEverywhere || isLate) {
        evidence.push(
          lagging.length === 0
            ? `All ${seen.views.length} name servers show ${type} ${address}.`
            : `Every name server of ${seen.zone} shows ${type} ${address}; ${lagging.map(({ server }) => server).join(', ')} may go on with what was there for up to ${spanText(seen.worstWaitSeconds)}.`,
        );
        break;
      }
      const waiting = lagging.map(({ server, state }) => `${server} (${state})`).join(', ');
      const cached =
        seen.worstWaitSeconds > 0 ? `, remembered for up to ${spanText(seen.worstWaitSeconds)}` : '';
      progress(null, `${type} ${address} is not yet shown by ${waiting}${cached}`);
      await clock.sleep(pollMs, signal);
    }
  }
  return { evidence };
}

/** Waits until the reverse proxy shows a certificate that is trusted. Throws NO_CERTIFICATE with what was last seen. */
export async function waitForCertificate(
  name: string,
  { signal, clock, progress }: Waiting,
  parts: DomainParts,
): Promise<SeenCertificate> {
  const { httpsPort } = await parts.ports(signal);
  const until = clock.now().getTime() + parts.certificateWaitSeconds * 1000;
  for (;;) {
    let why: string;
    try {
      const seen = await probeHttps({ name, address: '127.0.0.1', port: httpsPort }, parts.roots, signal);
      if (seen.distrust === null) return seen.certificate;
      why = `${seen.distrust} It was issued by ${seen.certificate.issuer}.`;
    } catch (error) {
      why = sentenceOf(error);
    }
    if (clock.now().getTime() > until) {
      throw new AppError(
        'NO_CERTIFICATE',
        `The reverse proxy got no certificate for ${name}. Last seen: ${why} Are ports 80 and 443 of your router led to this machine?`,
      );
    }
    progress(null, why);
    await clock.sleep(pollMs, signal);
  }
}

/** Visits the name over HTTPS and HTTP here, and by its public address; answers what was seen. */
export async function visit(
  name: string,
  address: string | null,
  signal: AbortSignal,
  parts: DomainParts,
): Promise<string[]> {
  const { httpPort, httpsPort } = await parts.ports(signal);
  const here = await probeHttps({ name, address: '127.0.0.1', port: httpsPort }, parts.roots, signal);
  if (here.distrust !== null) throw new AppError('CERTIFICATE_WRONG', here.distrust);
  if (here.status === 502 || here.status === 503 || here.status === 504) {
    throw new DriverError(
      'unavailable',
      `The reverse proxy answers ${here.status}: it does not reach the target.`,
    );
  }
  const evidence = [`From here: ${probeText(here)}`];
  const plain = await probeHttp({ name, address: '127.0.0.1', port: httpPort }, signal);
  const isLedOn = plain.status >= 300 && plain.status < 400 && (plain.location ?? '').startsWith('https://');
  evidence.push(
    isLedOn
      ? `Plain HTTP leads to HTTPS (${plain.status}).`
      : `Plain HTTP answers ${plain.status} and does not lead to HTTPS.`,
  );
  if (address === null) return evidence;
  try {
    const outside = await probeHttps({ name, address, port: httpsPort }, parts.roots, signal);
    evidence.push(`By the public address ${address}: ${probeText(outside)}`);
  } catch (error) {
    evidence.push(
      `By the public address ${address} it was not to be seen from here (${sentenceOf(error)}). Many routers do not lead their own network back; try from outside.`,
    );
  }
  return evidence;
}

function probeText(probe: HttpsProbe): string {
  return `HTTPS answers ${probe.status} in ${probe.ms} ms with a certificate of ${probe.certificate.issuer}.`;
}

/** Who issued a certificate, for whom and until when. */
export function certificateText({ issuer, notAfter, names }: SeenCertificate): string {
  return `${issuer} issued it for ${names.join(', ')}, valid until ${notAfter}.`;
}
