import { classNames } from '@nebula/ui';
import type { Role } from './changes.ts';
import { copy } from './copy.ts';

/** What can be changed of an account. */
export interface UserFields {
  name: string;
  email: string;
  role: Role;
  isDisabled: boolean;
}

const words = copy.people;

/** What was wanted beside what is there now; what differs stands out. */
export function UserVersions({ yours, current }: { yours: UserFields; current: UserFields }) {
  const rows = [
    [copy.you.name, yours.name, current.name],
    [copy.email, yours.email, current.email],
    [words.role, copy.roles[yours.role], copy.roles[current.role]],
    [copy.keys.columns.status, stateOf(yours), stateOf(current)],
  ] as const;
  return (
    <table className="w-full table-fixed border-collapse text-left text-sm">
      <thead>
        <tr className="border-b border-hairline text-muted">
          <td className="py-2" />
          <th scope="col" className="px-2 py-2 font-medium">
            {words.yours}
          </th>
          <th scope="col" className="px-2 py-2 font-medium">
            {words.current}
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map(([term, mine, theirs]) => (
          <tr key={term} className="border-b border-hairline last:border-0">
            <th scope="row" className="py-2 font-medium text-muted">
              {term}
            </th>
            <td translate="no" className={cell(mine !== theirs)}>
              {mine}
            </td>
            <td translate="no" className={cell(mine !== theirs)}>
              {theirs}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function stateOf({ isDisabled }: UserFields): string {
  return isDisabled ? words.disabled : words.active;
}

function cell(differs: boolean): string {
  return classNames('px-2 py-2 break-words', differs ? 'font-semibold text-warning' : 'text-soft');
}
