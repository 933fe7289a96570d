import { Plus, Trash2 } from 'lucide-react';
import type { ReactNode } from 'react';
import { Button, IconButton } from './button.tsx';
import { classNames } from './class-names.ts';
import { texts } from './texts.ts';

/** Props of {@link FormRows}. */
export interface FormRowsProps<T extends { key: number }> {
  title: string;
  help?: string;
  addLabel: string;
  rows: T[];
  fresh: (key: number) => T;
  onChange: (rows: T[]) => void;
  /** The controls of one row. */
  children: (row: T, change: (changes: Partial<T>) => void, at: number) => ReactNode;
}

/** Several of the same in a form: rows that can be added and taken away. */
export function FormRows<T extends { key: number }>({
  title,
  help,
  addLabel,
  rows,
  fresh,
  onChange,
  children,
}: FormRowsProps<T>) {
  const nextKey = Math.max(0, ...rows.map(({ key }) => key)) + 1;
  return (
    <fieldset className="flex min-w-0 flex-col gap-3">
      <legend className="mb-2 font-semibold">{title}</legend>
      {help !== undefined && <p className="text-sm text-muted">{help}</p>}
      {rows.map((row, at) => (
        <div
          key={row.key}
          role="group"
          aria-label={`${title}, ${texts.row(at + 1)}`}
          className={classNames('flex items-start gap-2', at > 0 && 'border-t border-hairline pt-3')}
        >
          <div className="grid min-w-0 flex-1 grid-cols-1 gap-2 md:grid-cols-4">
            {children(
              row,
              (changes) => onChange(rows.map((one) => (one.key === row.key ? { ...one, ...changes } : one))),
              at,
            )}
          </div>
          <IconButton
            icon={Trash2}
            label={texts.remove(`${title}, ${texts.row(at + 1)}`)}
            onClick={() => onChange(rows.filter(({ key }) => key !== row.key))}
          />
        </div>
      ))}
      <Button icon={Plus} className="self-start" onClick={() => onChange([...rows, fresh(nextKey)])}>
        {addLabel}
      </Button>
    </fieldset>
  );
}
