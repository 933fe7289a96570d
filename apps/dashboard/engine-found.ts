import { setTimeout as sleep } from 'node:timers/promises';
import type { Docker } from '@nebula/docker';

/** Whether the container engine answers, and its version or why it does not. */
export interface EngineFound {
  found: boolean;
  detail: string;
}

/**
 * Asks the engine for its version once. While the broker's socket is missing or refuses, the broker is still starting beside
 * us: then it is asked again until `patienceMs` have passed.
 */
export async function engineFound(docker: Pick<Docker, 'version'>, patienceMs = 2000): Promise<EngineFound> {
  for (const end = Date.now() + patienceMs; ; await sleep(50)) {
    try {
      const { version } = await docker.version(AbortSignal.timeout(3000));
      return { found: true, detail: `Docker ${version}` };
    } catch (error) {
      if (isNobodyThere(error) && Date.now() < end) continue;
      return { found: false, detail: error instanceof Error ? error.message : 'Docker does not answer.' };
    }
  }
}

/** The broker answers by itself when only the engine is away, so these two mean that the broker is. */
function isNobodyThere(error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error && 'code' in cause && /^(ENOENT|ECONNREFUSED)$/.test(String(cause.code));
}
