/** What may need attention of certificates, said from its values. */
export const certificateMatters = {
  late: ({ name, percent }: { name: string; percent: number }) =>
    `The certificate of ${name} should have been renewed: ${percent} % of its life is over.`,
  critical: ({ name, percent }: { name: string; percent: number }) =>
    `The certificate of ${name} is near its end: ${percent} % of its life is over.`,
  expired: ({ name }: { name: string }) => `The certificate of ${name} has expired.`,
  missing: ({ name }: { name: string }) => `Visitors of ${name} meet no certificate that they trust.`,
  own: ({ name, percent }: { name: string; percent: number }) =>
    `The certificate that was brought for ${name} cannot renew itself: ${percent} % of its life is over.`,
};
