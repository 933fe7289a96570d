/** What may need attention of domains, said from its values. */
export const domainMatters = {
  failed: ({ name, why }: { name: string; why: string }) => `${name} is not served as wanted: ${why}`,
  unserved: ({ name, why }: { name: string; why: string }) => `${name} is served as before: ${why}`,
};
