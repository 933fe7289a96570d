/** What may need attention of stacks, said from its values. */
export const stackMatters = {
  partly: ({ name, running, services }: { name: string; running: number; services: number }) =>
    `Stack ${name} runs only in part: ${running} of ${services} services are up.`,
};
