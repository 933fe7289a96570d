import { Select } from '@nebula/ui';

/** A choice of one of some words, or of none; they stand beside a search box. */
export function WordSelect<T extends string>({
  label,
  none,
  words,
  titles,
  value,
  onChange,
}: {
  label: string;
  /** What no choice is called. */
  none: string;
  words: readonly T[];
  titles: Readonly<Record<T, string>>;
  value: T | undefined;
  onChange: (word: T | undefined) => void;
}) {
  return (
    <Select
      aria-label={label}
      value={value ?? ''}
      onChange={({ target }) => onChange(words.find((word) => word === target.value))}
      className="min-w-36 flex-1 md:w-44 md:flex-none"
    >
      <option value="">{none}</option>
      {words.map((word) => (
        <option key={word} value={word}>
          {titles[word]}
        </option>
      ))}
    </Select>
  );
}
