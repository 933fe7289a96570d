/** What may need attention of certificates, said from its values. */
export const certificateMatters = {
  late: ({ name, percent }: { name: string; percent: number }) =>
    `The certificate of ${name} should have been renewed: ${percent} % of its life is over.`,
  critical: ({ name, percent }: { name: string; percent: number }) =>
    `The certificate of ${name} is near its end: ${percent} % of its life is over.`,
  expired: ({ name }: { name: string }) => `The certificate of ${name} has expired.`,
  missing: ({ name }: { name: string }) => `Visitors of ${name} meet no certificate that they trust.`,
  alone: ({ at }: { at: string }) =>
    `Orders from here go to ${at} only; when it is away or refuses, nobody else is asked. Set NEBULA_ACME_EMAIL for a second one.`,
  own: ({ name, percent }: { name: string; percent: number }) =>
    `The certificate that was brought for ${name} cannot renew itself: ${percent} % of its life is over.`,
};
