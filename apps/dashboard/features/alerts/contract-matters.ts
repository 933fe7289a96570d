/** What may need attention of alerts, said from its values. */
export const alertMatters = {
  open: ({ number }: { number: number }) =>
    number === 1
      ? 'One alert is open, and nobody looks after it.'
      : `${number} alerts are open, and nobody looks after them.`,
};
