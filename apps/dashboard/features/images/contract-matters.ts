/** What may need attention of images, said from its values. */
export const imageMatters = {
  unused: ({ count, gibibytes }: { count: number; gibibytes: number }) =>
    `${count === 1 ? '1 image' : `${count} images`} that nobody uses ${count === 1 ? 'takes' : 'take'} at least ${gibibytes} GiB.`,
};
