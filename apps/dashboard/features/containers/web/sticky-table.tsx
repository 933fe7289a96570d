import { classNames, type Column } from '@nebula/ui';
import type { ReactNode } from 'react';

/** A table whose head stays in sight below the top bar while its rows go by; columns and cells are those of the plain one. */
export function StickyTable({
  label,
  columns,
  children,
}: {
  label: string;
  columns: Column[];
  children: ReactNode;
}) {
  return (
    <table aria-label={label} className="w-full table-fixed border-separate border-spacing-0 text-left">
      <colgroup>
        {columns.map(({ id, width, isWideOnly }) => (
          <col key={id} className={classNames(width, isWideOnly && 'hidden lg:table-column')} />
        ))}
      </colgroup>
      <thead>
        <tr className="text-sm text-muted">
          {columns.map(({ id, title, isTitleHidden, isWideOnly }) => (
            <th
              key={id}
              scope="col"
              className={classNames(
                'sticky top-19 z-10 border-b border-hairline bg-raised px-3 py-2 font-medium first:pl-6 last:pr-6',
                isWideOnly && 'hidden lg:table-cell',
              )}
            >
              {isTitleHidden ? <span className="sr-only">{title}</span> : title}
            </th>
          ))}
        </tr>
      </thead>
      <tbody className="[&>tr>td]:border-b [&>tr>td]:border-hairline">{children}</tbody>
    </table>
  );
}
