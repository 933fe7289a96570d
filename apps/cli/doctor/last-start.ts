import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { lastStartFile } from '../../../launch/last-start.mjs';
import { systemCode } from './check.ts';

const LastStart = z.object({
  host: z.string().max(64),
  port: z.number().int().min(0).max(65_535),
  lan: z.boolean(),
  engine: z.string().startsWith('/').max(4096),
});

/** Where an installation listened and which engine it used. */
export interface LastPlace {
  url?: string;
  engine?: string;
}

/** File of settings of the unit `nebula.service`. */
const unitSettings = '/etc/nebula/nebula.env';
const unitData = '/var/lib/nebula';

/**
 * What the last start of an installation was told: by the launcher in its data directory, or by the settings of its unit. Empty when
 * neither can be read.
 */
export async function lastStart(dataDir: string): Promise<LastPlace> {
  const kept = await readShort(join(dataDir, lastStartFile));
  const start = kept === null ? undefined : LastStart.safeParse(parsed(kept)).data;
  if (start !== undefined) {
    const { lan, host, port, engine } = start;
    return {
      ...(port === 0 ? {} : { url: `${lan ? 'https' : 'http'}://${reachable(host)}:${port}` }),
      engine,
    };
  }
  if (dataDir !== unitData) return {};
  const text = (await readShort(unitSettings)) ?? '';
  const port = /^PORT=["']?(\d{1,5})["']?$/m.exec(text)?.[1];
  return port === undefined ? {} : { url: `http://127.0.0.1:${port}` };
}

/** The address by which this machine reaches a server that listens on `host`. */
function reachable(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  if (host === '::') return 'localhost';
  return host.includes(':') ? `[${host}]` : host;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Not what the launcher writes; it is as if it were not there.
    return undefined;
  }
}

/** A short file that is no link; null when it is not there or not for us. */
async function readShort(path: string): Promise<string | null> {
  try {
    await using file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    const { size } = await file.stat();
    return size > 65_536 ? null : await file.readFile('utf8');
  } catch (error) {
    if (['ENOENT', 'EACCES', 'ENOTDIR', 'ELOOP', 'EISDIR'].includes(systemCode(error))) return null;
    throw error;
  }
}
