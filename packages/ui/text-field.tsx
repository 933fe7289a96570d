import type { ReactNode } from 'react';
import { Field, Input } from './field.tsx';

/** Props of {@link TextField} and {@link LinesField}. */
export interface TextFieldProps {
  label: string;
  help?: ReactNode;
  placeholder?: string;
  value: string;
  /** Why the value was refused. */
  error: string | undefined;
  isNumber?: boolean;
  isOptional?: boolean;
  /** Values that are offered while typing. */
  suggestions?: readonly string[] | undefined;
  onChange: (text: string) => void;
}

/** A labelled line of text; numbers are text too, so that half of one is not lost. */
export function TextField({
  label,
  help,
  error,
  isNumber,
  isOptional,
  suggestions,
  onChange,
  ...input
}: TextFieldProps) {
  return (
    <Field label={label} help={help} error={error} isOptional={isOptional ?? false}>
      {(control) => (
        <>
          <Input
            {...control}
            {...input}
            autoComplete="off"
            spellCheck={false}
            inputMode={isNumber === true ? 'decimal' : undefined}
            list={suggestions === undefined ? undefined : `${control.id}-list`}
            onChange={(event) => onChange(event.target.value)}
          />
          {suggestions !== undefined && (
            <datalist id={`${control.id}-list`}>
              {suggestions.map((one) => (
                <option key={one} value={one} />
              ))}
            </datalist>
          )}
        </>
      )}
    </Field>
  );
}

/** A labelled text of several lines. */
export function LinesField({
  label,
  help,
  value,
  error,
  onChange,
}: Pick<TextFieldProps, 'label' | 'help' | 'value' | 'error' | 'onChange'>) {
  return (
    <Field label={label} help={help} error={error}>
      {(control) => (
        <textarea
          {...control}
          rows={3}
          spellCheck={false}
          value={value}
          onChange={(event) => onChange(event.target.value)}
          className="w-full rounded-md border border-edge bg-canvas px-3 py-2 font-mono text-lg text-ink aria-invalid:border-danger md:text-sm"
        />
      )}
    </Field>
  );
}
