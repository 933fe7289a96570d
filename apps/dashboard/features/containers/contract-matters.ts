/** What may need attention of containers, said from its values. */
export const containerMatters = {
  engine: ({ why }: { why: string }) => why,
  restarting: ({ name }: { name: string }) => `${name} starts and stops again and again.`,
  dead: ({ name }: { name: string }) => `${name} is dead: the engine could not remove it.`,
  'out-of-memory': ({ name }: { name: string }) => `${name} was killed because it ran out of memory.`,
  unhealthy: ({ name }: { name: string }) => `${name} runs, but its health check fails.`,
};
