/** What may need attention of an account, said from its values. */
export const accountMatters = {
  key: ({ name, days }: { name: string; days: number }) =>
    `The API key ${name} ends ${days === 0 ? 'within a day' : days === 1 ? 'in 1 day' : `in ${days} days`}.`,
};
