import type { X509Certificate } from 'node:crypto';
import { type CertificateFacts, factsOfChain, renewalId } from '@nebula/acme';
import { DriverError } from '@nebula/errors';
import { beginTls, noCertificate, shownOn, usualTimeoutMs, withinTime } from './probe.ts';

/** What a name shows when TLS begins. */
export interface Shown {
  facts: CertificateFacts;
  /** Null when the chain is trusted; otherwise why not. */
  distrust: string | null;
  /** By which its authority knows it (RFC 9773); null when it cannot be told. */
  renewalId: string | null;
}

const longestChain = 10;

/**
 * Begins TLS with a name at an address, whatever DNS says, and reads what certificate it shows without believing it.
 *
 * @param roots PEM of authorities that are trusted besides the usual ones
 * @throws {DriverError} `unavailable` when nobody is there, `rejected` when somebody is and shows no certificate
 */
export async function handshake(
  place: { name: string; address: string; port: number },
  roots: readonly string[],
  signal: AbortSignal,
): Promise<Shown> {
  const socket = beginTls(place, roots);
  let isReached = false;
  try {
    return await withinTime<Shown>(signal, usualTimeoutMs, (resolve, reject) => {
      socket.once('connect', () => (isReached = true));
      socket.once('error', reject);
      socket.once('secureConnect', () => {
        const shown = shownOn(socket, place.name);
        if (shown === null) return reject(new Error(noCertificate));
        const { leaf, distrust } = shown;
        resolve({ facts: factsOfChain(leaf, chainAfter(leaf)), distrust, renewalId: renewalId(leaf) });
      });
    });
  } catch (cause) {
    if (signal.aborted) throw cause;
    const why = cause instanceof Error ? cause.message : String(cause);
    const kind = isReached ? 'rejected' : 'unavailable';
    throw new DriverError(kind, `${place.name} at ${place.address}:${place.port}, tls: ${why}`, { cause });
  } finally {
    socket.destroy();
  }
}

function chainAfter(leaf: X509Certificate): X509Certificate[] {
  const chain: X509Certificate[] = [];
  let last = leaf;
  while (chain.length < longestChain) {
    const next = last.issuerCertificate;
    // A root is its own issuer.
    if (next === undefined || next.fingerprint256 === last.fingerprint256) break;
    chain.push(next);
    last = next;
  }
  return chain;
}
