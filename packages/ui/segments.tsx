import { classNames } from './class-names.ts';

/** Props of {@link Segments}. */
export interface SegmentsProps<T extends string> {
  /** What is chosen here, for screen readers. */
  label: string;
  options: readonly { value: T; title: string }[];
  /** Null when none of them holds. */
  value: T | null;
  onChange: (value: T) => void;
  className?: string;
}

/** A few choices beside each other, one of which holds. */
export function Segments<T extends string>({ label, options, value, onChange, className }: SegmentsProps<T>) {
  return (
    <div role="group" aria-label={label} className={classNames('flex flex-wrap gap-1', className)}>
      {options.map((option) => (
        <button
          key={option.value}
          type="button"
          aria-pressed={option.value === value}
          onClick={() => onChange(option.value)}
          className={classNames(
            'min-h-11 rounded-md border px-4 font-medium transition-colors md:min-h-9',
            option.value === value
              ? 'border-hairline bg-raised text-ink'
              : 'border-transparent text-soft hover:bg-hover hover:text-ink',
          )}
        >
          {option.title}
        </button>
      ))}
    </div>
  );
}
