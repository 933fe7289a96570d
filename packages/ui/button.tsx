import { LoaderCircle, type LucideIcon } from 'lucide-react';
import type { ComponentProps } from 'react';
import { classNames } from './class-names.ts';

/** How much a button asks for attention; one `primary` per view. */
export type ButtonTone = 'primary' | 'quiet' | 'ghost' | 'danger';

/** Props of {@link Button}: those of a `<button>`, a tone, an icon before the words, and whether its work goes on. */
export interface ButtonProps extends ComponentProps<'button'> {
  tone?: ButtonTone;
  icon?: LucideIcon;
  isBusy?: boolean;
  /** Marks the answer of a dialog that changes nothing; it gets the focus first. */
  'data-safe-answer'?: boolean;
}

const shape =
  'inline-flex shrink-0 items-center justify-center gap-2 rounded-md border font-medium transition-colors ' +
  'min-h-11 md:min-h-9 disabled:opacity-60 aria-disabled:opacity-60';
const tones: Record<ButtonTone, string> = {
  primary: 'border-accent bg-primary-fill text-on-fill hover:bg-primary-fill-hover',
  quiet: 'border-edge bg-raised text-ink hover:bg-hover',
  ghost: 'border-transparent text-soft hover:bg-hover hover:text-ink',
  danger: 'border-danger bg-danger-fill text-on-fill hover:brightness-90',
};

/** Classes of a button, for links that look like one. */
export function buttonClasses(tone: ButtonTone = 'quiet'): string {
  return classNames(shape, 'px-3 md:px-4', tones[tone]);
}

/**
 * A button. While `isBusy` it stays focusable, says so to screen readers, shows a turning mark in place of its icon and
 * ignores clicks, so that the layout does not move and nothing is sent twice.
 */
export function Button({ tone = 'quiet', icon: Icon, isBusy = false, ...props }: ButtonProps) {
  const { children, className, onClick, type = 'button', ...rest } = props;
  return (
    <button
      {...rest}
      type={type}
      aria-busy={isBusy || undefined}
      aria-disabled={isBusy || undefined}
      onClick={isBusy ? (event) => event.preventDefault() : onClick}
      className={classNames(buttonClasses(tone), className)}
    >
      {isBusy ? <BusyMark /> : Icon !== undefined && <Icon aria-hidden size={16} />}
      {children}
    </button>
  );
}

/** Props of {@link IconButton}; `label` is its name for screen readers and its tooltip. */
export interface IconButtonProps extends ComponentProps<'button'> {
  icon: LucideIcon;
  label: string;
}

/** A square button with only an icon; 44 px on touch screens, 36 px with a mouse. */
export function IconButton({ icon: Icon, label, className, type = 'button', ...rest }: IconButtonProps) {
  return (
    <button
      {...rest}
      type={type}
      aria-label={label}
      title={label}
      className={classNames(shape, 'size-11 md:size-9', tones.ghost, className)}
    >
      <Icon aria-hidden size={18} />
    </button>
  );
}

/** The turning mark of work that goes on. */
export function BusyMark() {
  return <LoaderCircle aria-hidden size={16} className="animate-turn" />;
}
