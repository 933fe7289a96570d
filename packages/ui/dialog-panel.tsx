import { X } from 'lucide-react';
import * as Radix from 'radix-ui/dialog';
import { useEffect, useState } from 'react';
import { IconButton } from './button.tsx';
import { classNames } from './class-names.ts';
import type { DialogProps } from './dialog.tsx';
import { holdSky } from './sky-motion.ts';
import { texts } from './texts.ts';

/** An open dialog. */
export function DialogPanel({ onClose, title, description, actions, children, isWide, isFirm }: DialogProps) {
  const [opener] = useState(() => document.activeElement);
  return (
    <Radix.Root open onOpenChange={(open) => !open && onClose()}>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-40 animate-fade bg-scrim" />
        <Radix.Content
          onPointerDownOutside={(event) => isFirm && event.preventDefault()}
          onEscapeKeyDown={(event) => isFirm && event.preventDefault()}
          onOpenAutoFocus={focusFirst}
          onCloseAutoFocus={(event) => giveBackFocus(event, opener)}
          {...(description === undefined ? { 'aria-describedby': undefined } : {})}
          className={classNames(
            'glass fixed inset-x-0 bottom-0 z-50 flex max-h-[90dvh] animate-sheet flex-col gap-4 overflow-hidden rounded-t-xl p-6 pb-[calc(1.5rem+env(safe-area-inset-bottom))]',
            'md:inset-x-auto md:bottom-auto md:top-1/2 md:left-1/2 md:w-full md:-translate-x-1/2 md:-translate-y-1/2 md:animate-rise md:rounded-xl md:pb-6',
            isWide ? 'md:max-w-2xl' : 'md:max-w-md',
          )}
        >
          <SkyHold />
          <header className="flex shrink-0 items-start justify-between gap-4">
            <div className="min-w-0">
              <Radix.Title className="text-xl break-words">{title}</Radix.Title>
              {description !== undefined && (
                <Radix.Description asChild>
                  <div className="mt-2 text-soft">{description}</div>
                </Radix.Description>
              )}
            </div>
            <Radix.Close asChild>
              <IconButton icon={X} label={texts.close} className="-mt-2 -mr-2" />
            </Radix.Close>
          </header>
          {/* Long ones scroll between the title and the buttons; the room around keeps rings of focus whole. */}
          {children !== undefined && (
            <div className="-mx-6 -my-1 min-h-0 overflow-y-auto px-6 py-1">{children}</div>
          )}
          {actions !== undefined && (
            <footer className="flex shrink-0 flex-col-reverse gap-2 md:flex-row md:justify-end">
              {actions}
            </footer>
          )}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

/** The keyboard goes on where it was before the dialog opened. */
function giveBackFocus(event: Event, opener: Element | null): void {
  event.preventDefault();
  if (opener instanceof HTMLElement) opener.focus();
}

const typed = 'input:not([type="checkbox"], [type="radio"], [type="hidden"]), textarea';

/**
 * Where a dialog marks the answer that changes nothing, the keyboard begins there; else in its first field. On a touch screen it
 * does not: the keyboard would cover what there is to read.
 */
function focusFirst(event: Event): void {
  const dialog = event.currentTarget instanceof Element ? event.currentTarget : document;
  const field = matchMedia('(pointer: fine)').matches ? dialog.querySelector(typed) : null;
  const first = dialog.querySelector('[data-safe-answer]') ?? field;
  if (!(first instanceof HTMLElement)) return;
  event.preventDefault();
  first.focus();
}

/** Keeps the sky still while it is mounted. */
function SkyHold() {
  useEffect(() => holdSky(), []);
  return null;
}
