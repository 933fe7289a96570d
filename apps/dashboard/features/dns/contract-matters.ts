/** What may need attention of DNS, said from its values. */
export const dnsMatters = {
  failing: ({ name, why }: { name: string; why: string }) =>
    `The DNS provider ${name} does not work: ${why.replace(/\.$/, '')}.`,
};
