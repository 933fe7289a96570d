/** What may need attention of domains, said from its values. */
export const domainMatters = {
  failed: ({ name, why }: { name: string; why: string }) => `${name} is not served as wanted: ${why}`,
  late: ({ name, percent }: { name: string; percent: number }) =>
    `The certificate of ${name} should have been renewed: ${percent} % of its life is over.`,
  expired: ({ name }: { name: string }) => `The certificate of ${name} has expired.`,
};
