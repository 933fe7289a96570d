/** What the words about a change are made of. */
export interface ChangeValues {
  /** Of the container; empty where there is none. */
  name: string;
  /** The image it was made from. */
  from: string;
  exitCode: number;
  /** The name before, or the version of what came. */
  detail: string;
}

/** What is said of each change that is recorded: by the server to everybody, and by the catalogue of the web to its readers. */
export const changeWords = {
  created: ({ name, from }: ChangeValues) => `${name} was made from ${from}.`,
  updated: ({ name, from }: ChangeValues) => `${name} was made anew from another image: ${from}.`,
  started: ({ name }: ChangeValues) => `${name} started.`,
  stopped: ({ name, exitCode }: ChangeValues) =>
    `${name} was stopped and ended with exit code ${String(exitCode)}.`,
  ended: ({ name }: ChangeValues) => `${name} ended by itself.`,
  died: ({ name, exitCode }: ChangeValues) => `${name} died with exit code ${String(exitCode)}.`,
  'out-of-memory': ({ name }: ChangeValues) => `${name} was killed because it ran out of memory.`,
  paused: ({ name }: ChangeValues) => `${name} was paused.`,
  unpaused: ({ name }: ChangeValues) => `${name} goes on.`,
  renamed: ({ name, detail }: ChangeValues) => `${detail} is now called ${name}.`,
  removed: ({ name }: ChangeValues) => `${name} was removed.`,
  unhealthy: ({ name }: ChangeValues) => `The health check of ${name} fails.`,
  healthy: ({ name }: ChangeValues) => `The health check of ${name} is good again.`,
  'engine-lost': (_values: ChangeValues) => 'The container engine went away.',
  'engine-back': ({ detail }: ChangeValues) => `The container engine answers again (${detail}).`,
  booted: (_values: ChangeValues) => 'The machine started.',
  'server-started': ({ detail }: ChangeValues) => `NebulaCommand started (${detail}).`,
};

/** Said after it where the same happened several times. */
export const repeatedWords = { times: (count: number) => `This happened ${String(count)} times in a row.` };
