import { ChevronDown, CircleAlert, Search } from 'lucide-react';
import { type ComponentProps, type ReactNode, useId } from 'react';
import { classNames } from './class-names.ts';
import { texts } from './texts.ts';

const control =
  'w-full min-h-11 md:min-h-9 rounded-md border border-edge bg-canvas px-3 text-ink transition-colors ' +
  'hover:border-accent aria-invalid:border-danger disabled:border-hairline disabled:text-disabled';

/** What a field gives to the control in it. */
export interface FieldControl {
  id: string;
  'aria-describedby': string | undefined;
  'aria-invalid': true | undefined;
}

/** Props of {@link Field}. */
export interface FieldProps {
  label: string;
  /** For screen readers only, where the words stand beside the control already. */
  isLabelHidden?: boolean;
  /** Whether the label is data (a name), which no catalogue knows. */
  isLabelData?: boolean;
  /** A sentence below the control. */
  help?: ReactNode;
  /** Why the value was refused; announced when it appears. */
  error?: string | undefined;
  isOptional?: boolean;
  children: (control: FieldControl) => ReactNode;
}

/** A labelled control: label above, help below, error beside it and tied to it for screen readers. */
export function Field({
  label,
  isLabelHidden = false,
  isLabelData = false,
  help,
  error,
  isOptional = false,
  children,
}: FieldProps) {
  const id = useId();
  const described = [help === undefined ? '' : `${id}-help`, error === undefined ? '' : `${id}-error`];
  return (
    <div className="flex flex-col gap-1">
      <label
        htmlFor={id}
        translate={isLabelData ? 'no' : undefined}
        className={isLabelHidden ? 'sr-only' : 'text-sm font-medium text-soft'}
      >
        {label}
        {isOptional && <span className="ml-1 font-normal text-muted">{texts.optional}</span>}
      </label>
      {children({
        id,
        'aria-describedby': described.filter(Boolean).join(' ') || undefined,
        'aria-invalid': error === undefined ? undefined : true,
      })}
      {help !== undefined && (
        <p id={`${id}-help`} className="text-sm text-muted">
          {help}
        </p>
      )}
      <p id={`${id}-error`} aria-live="polite" className="text-sm text-danger empty:hidden">
        {error !== undefined && (
          <span className="inline-flex items-start gap-1">
            <CircleAlert aria-hidden size={14} className="mt-0.5 shrink-0" />
            {error}
          </span>
        )}
      </p>
    </div>
  );
}

/** A one-line text control; 16 px text on touch screens so that they do not zoom in. */
export function Input({ className, ...rest }: ComponentProps<'input'>) {
  return <input {...rest} className={classNames(control, 'text-lg md:text-base', className)} />;
}

/** A search box with its mark; give it an `aria-label`. */
export function SearchInput({ className, ...rest }: ComponentProps<'input'>) {
  return (
    <div className={classNames('relative', className)}>
      <Search
        aria-hidden
        size={16}
        className="pointer-events-none absolute inset-y-0 left-3 my-auto text-muted"
      />
      <Input {...rest} type="search" className="pl-9" />
    </div>
  );
}

/** The browser's own choice list in our clothes: works with every keyboard, screen reader and phone. */
export function Select({ className, children, ...rest }: ComponentProps<'select'>) {
  return (
    <div className={classNames('relative', className)}>
      <select
        {...rest}
        className={classNames(control, 'appearance-none pr-9 text-lg text-ellipsis md:text-base')}
      >
        {children}
      </select>
      <ChevronDown
        aria-hidden
        size={16}
        className="pointer-events-none absolute inset-y-0 right-3 my-auto text-muted"
      />
    </div>
  );
}

/** Props of {@link Checkbox}; `isLabelData` when no catalogue knows the words beside it. */
export interface CheckboxProps extends ComponentProps<'input'> {
  label: string;
  help?: string;
  isLabelData?: boolean;
}

/** A checkbox with its words beside it. */
export function Checkbox({ label, help, isLabelData = false, ...rest }: CheckboxProps) {
  return (
    <label
      className={classNames(
        'flex min-h-11 cursor-pointer gap-3 rounded-md px-2 py-1 hover:bg-hover md:min-h-8',
        help === undefined ? 'items-center' : 'items-start',
      )}
    >
      <input
        {...rest}
        type="checkbox"
        className={classNames('size-4 shrink-0 accent-accent', help !== undefined && 'mt-1')}
      />
      <span>
        <span className="text-ink" translate={isLabelData ? 'no' : undefined}>
          {label}
        </span>
        {help !== undefined && <span className="block text-sm text-muted">{help}</span>}
      </span>
    </label>
  );
}
