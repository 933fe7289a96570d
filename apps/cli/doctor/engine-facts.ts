import { join } from 'node:path';
import { z } from 'zod';
import { type Subject, systemCode } from './check.ts';
import { getJson, OddAnswer } from './host-call.ts';

/** What is used of the engine's `GET /version` (Docker Engine API). */
export const EngineVersion = z.object({
  Version: z.string(),
  ApiVersion: z.string(),
  MinAPIVersion: z.string().optional(),
});
export type EngineVersion = z.infer<typeof EngineVersion>;

/** What is used of `GET /info`. */
export const EngineInfo = z.object({
  Driver: z.string().default(''),
  CgroupVersion: z.string().default('1'),
  DockerRootDir: z.string().default(''),
  SecurityOptions: z.array(z.string()).nullish(),
  LoggingDriver: z.string().default(''),
  Warnings: z.array(z.string()).nullish(),
});
export type EngineInfo = z.infer<typeof EngineInfo>;

/** What is used of a row of `GET /containers/json`. */
export const EngineContainer = z.object({
  Names: z.array(z.string()).nullish(),
  State: z.string().default(''),
  Ports: z.array(z.object({ IP: z.string().optional(), PublicPort: z.number().optional() })).nullish(),
  Mounts: z.array(z.object({ Source: z.string().optional(), RW: z.boolean().optional() })).nullish(),
});
export type EngineContainer = z.infer<typeof EngineContainer>;

/** Nobody answers where the engine should be; its cause is the system's error. */
export class EngineSilent extends Error {
  override readonly name = 'EngineSilent';
}

/** Answers of the engine and how it was reached. */
export interface Asked<T> {
  value: T;
  /** Through the broker, as the server asks. */
  isThroughBroker: boolean;
}

/**
 * Asks the engine through the broker, or directly when no broker runs: a stopped installation is looked at too.
 *
 * @throws {EngineSilent} when neither way leads to it
 */
export async function askEngine<S extends z.ZodType>(
  { installation, engine }: Pick<Subject, 'installation' | 'engine'>,
  path: string,
  schema: S,
  signal: AbortSignal,
): Promise<Asked<z.output<S>>> {
  if (installation !== undefined) {
    const socket = join(installation.runtimeDir, 'broker', 'docker.sock');
    try {
      return { value: schema.parse(await getJson(socket, path, signal)), isThroughBroker: true };
    } catch (error) {
      // Nobody is there, or not for us, or it does not reach the engine; any other odd answer is the broker's, and told.
      const isAway = error instanceof OddAnswer && error.status === 503;
      if (!isAway && !['ENOENT', 'ECONNREFUSED', 'EACCES', 'ENOTDIR'].includes(systemCode(error)))
        throw error;
    }
  }
  const answer = await getJson(engine, path, signal).catch((cause: unknown) => {
    throw systemCode(cause) === '' ? cause : new EngineSilent('No engine answers.', { cause });
  });
  return { value: schema.parse(answer), isThroughBroker: false };
}

/** Every container, running or not. */
export async function engineContainers(subject: Subject, signal: AbortSignal): Promise<EngineContainer[]> {
  const { value } = await askEngine(subject, '/containers/json?all=true', z.array(EngineContainer), signal);
  return value;
}

/** The name of a container as people know it. */
export function nameOf({ Names }: EngineContainer): string {
  return Names?.[0]?.replace(/^\//, '') ?? '?';
}
