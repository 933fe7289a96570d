import { Field, Select } from '@nebula/ui';

/** Props of {@link SelectField}. */
export interface SelectFieldProps<T extends string> {
  label: string;
  help?: string | undefined;
  value: T;
  options: readonly T[];
  /** What people read for a value. */
  wordOf: (value: T) => string;
  /** Whether the words are data (names), which no catalogue knows. */
  isData?: (value: T) => boolean;
  onChange: (value: T) => void;
}

/** One of several, with its label. */
export function SelectField<T extends string>({
  label,
  help,
  value,
  options,
  wordOf,
  isData = () => false,
  onChange,
}: SelectFieldProps<T>) {
  return (
    <Field label={label} help={help}>
      {(control) => (
        <Select
          {...control}
          value={value}
          onChange={(event) => {
            const chosen = options.find((one) => one === event.target.value);
            if (chosen !== undefined) onChange(chosen);
          }}
        >
          {options.map((one) => (
            <option key={one} value={one} translate={isData(one) ? 'no' : undefined}>
              {wordOf(one)}
            </option>
          ))}
        </Select>
      )}
    </Field>
  );
}
