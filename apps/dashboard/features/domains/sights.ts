import { ProbeFailure, type ProbeLayer, probeHttps } from './probe.ts';

/** What a visitor of a name met: an answer, or why there was none. */
export type Sight = { status: number; isTrusted: boolean } | { status: null; layer: ProbeLayer; why: string };

/** Names that are looked at together. */
const atOnce = 8;
const glanceMs = 3000;
/** For all of them; names whose turn does not come by then are not known. */
const lookMs = 10_000;

/** Visits names over HTTPS on loopback, at most eight at a time and for at most ten seconds. */
export async function lookAt(
  names: readonly string[],
  port: number,
  roots: readonly string[],
  signal: AbortSignal,
): Promise<Map<string, Sight>> {
  const seen = new Map<string, Sight>();
  const waiting = [...names];
  const over = AbortSignal.timeout(lookMs);
  async function visitNext(): Promise<void> {
    for (let name = waiting.shift(); name !== undefined && !over.aborted; name = waiting.shift()) {
      seen.set(name, await glance(name, port, roots, signal));
    }
  }
  await Promise.all(Array.from({ length: Math.min(atOnce, names.length) }, visitNext));
  return seen;
}

/** Whether a site answers as it should, as far as the proxy is concerned; what an app says with 4xx is its own matter. */
export function isWell(sight: Sight | undefined): boolean {
  return sight !== undefined && sight.status !== null && sight.status < 500;
}

/** In what a name that was well is worse than before, in words; null when it is not, or nobody could look. */
export function worseThan(before: Sight | undefined, after: Sight | undefined): string | null {
  if (before === undefined || before.status === null || after === undefined || !isWell(before)) return null;
  if (after.status === null) return `answered ${before.status} before and not any more (${after.why})`;
  if (after.status >= 500) return `answered ${before.status} before and ${after.status} after`;
  return before.isTrusted && !after.isTrusted
    ? 'showed a trusted certificate before and another after'
    : null;
}

async function glance(
  name: string,
  port: number,
  roots: readonly string[],
  signal: AbortSignal,
): Promise<Sight> {
  try {
    const place = { name, address: '127.0.0.1', port, timeoutMs: glanceMs };
    const { status, distrust } = await probeHttps(place, roots, signal);
    return { status, isTrusted: distrust === null };
  } catch (error) {
    if (!(error instanceof ProbeFailure)) throw error;
    return { status: null, layer: error.layer, why: error.message };
  }
}
