/** What may need attention of runs, said from its values. */
export const jobMatters = {
  unknown: ({ title, target }: { title: string; target: string }) =>
    `${title} of ${target} stopped in the middle: somebody has to look whether it happened.`,
  failed: ({ title, target, why }: { title: string; target: string; why: string }) =>
    `${title} of ${target} failed${why === '' ? '' : `: ${why.replace(/\.$/, '')}`}.`,
};
