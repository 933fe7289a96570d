import type { ComponentProps, ReactNode } from 'react';
import { classNames } from './class-names.ts';

/** A column of {@link Table}. */
export interface Column {
  id: string;
  title: string;
  /** Whether the title is for screen readers only, as over a column of buttons. */
  isTitleHidden?: boolean;
  align?: 'left' | 'right';
  /** Whether it is left out where there is little room (under 1100 px); its cells too. */
  isWideOnly?: boolean;
  /** Classes of the `<col>`: its width. */
  width?: string;
}

/** The shell of a table with fixed column widths, so that changing figures never move it. `label` names it. */
export function Table({
  label,
  columns,
  children,
}: {
  label: string;
  columns: Column[];
  children: ReactNode;
}) {
  return (
    <table aria-label={label} className="w-full table-fixed border-collapse text-left">
      <colgroup>
        {columns.map(({ id, width, isWideOnly }) => (
          <col key={id} className={classNames(width, isWideOnly && 'hidden lg:table-column')} />
        ))}
      </colgroup>
      <thead>
        <tr className="text-sm text-muted">
          {columns.map(({ id, title, align, isTitleHidden, isWideOnly }) => (
            <th
              key={id}
              scope="col"
              className={classNames(
                // Stays below the top bar while its rows pass under it; a border would not travel with it.
                'sticky top-19 z-10 bg-panel px-3 py-2 font-medium inset-shadow-line first:pl-6 last:pr-6',
                align === 'right' && 'text-right',
                isWideOnly && 'hidden lg:table-cell',
              )}
            >
              {isTitleHidden ? <span className="sr-only">{title}</span> : title}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>{children}</tbody>
    </table>
  );
}

/** A row of {@link Table}. */
export function Row({ className, ...rest }: ComponentProps<'tr'>) {
  return (
    <tr
      {...rest}
      className={classNames(
        'border-b border-hairline transition-colors last:border-0 hover:bg-raised',
        className,
      )}
    />
  );
}

/** Props of {@link Cell}: those of a `<td>`, and those of its column. */
export interface CellProps extends ComponentProps<'td'> {
  align?: 'left' | 'right';
  isWideOnly?: boolean;
}

/** A cell of {@link Row}. */
export function Cell({ className, align, isWideOnly = false, ...rest }: CellProps) {
  return (
    <td
      {...rest}
      className={classNames(
        'px-3 py-3 align-middle first:pl-6 last:pr-6',
        align === 'right' && 'text-right',
        isWideOnly && 'hidden lg:table-cell',
        className,
      )}
    />
  );
}
