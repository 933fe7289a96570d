type Heat = {
  name: string;
  celsius: number;
  limit: number;
};

/** What may need attention of the machine, said from its values. */
export const systemMatters = {
  silent: ({ mountPoint, device }: { mountPoint: string; device: string }) =>
    `${mountPoint} (${device}) does not answer.`,
  space: ({ mountPoint, percent }: { mountPoint: string; percent: number }) =>
    `${mountPoint} is ${percent} % full.`,
  inodes: ({ mountPoint, percent }: { mountPoint: string; percent: number }) =>
    `${mountPoint} has used ${percent} % of its inodes: soon no file can be made there.`,
  memory: ({ percent }: { percent: number }) => `Only ${percent} % of the memory is left for programs.`,
  hot: ({ name, celsius, limit }: Heat) => `${name} is ${celsius} °C hot; ${limit} °C is its limit.`,
  'too-hot': ({ name, celsius, limit }: Heat) =>
    `${name} is ${celsius} °C hot; ${limit} °C is its critical limit.`,
  unit: ({ name }: { name: string }) => `${name} has failed.`,
  units: ({ count }: { count: number }) => `${count} more ${count === 1 ? 'unit has' : 'units have'} failed.`,
  broker: ({ why }: { why: string }) => `Units of systemd are not known: ${why}`,
};
