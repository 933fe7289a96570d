/** What may need attention of the audit, said from its values. */
export const auditMatters = {
  finding: ({ why }: { why: string }) => `The audit does not hold: ${why}`,
  findings: ({ count }: { count: number }) =>
    `The audit does not hold: ${count} entries or seals were changed behind our back.`,
};
