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
          onOpenAutoFocus={focusSafeAnswer}
          onCloseAutoFocus={(event) => giveBackFocus(event, opener)}
          {...(description === undefined ? { 'aria-describedby': undefined } : {})}
          className={classNames(
            'glass fixed inset-x-0 bottom-0 z-50 flex max-h-[90dvh] animate-sheet flex-col gap-4 overflow-y-auto rounded-t-xl p-6 pb-[calc(1.5rem+env(safe-area-inset-bottom))]',
            'md:inset-x-auto md:bottom-auto md:top-1/2 md:left-1/2 md:w-full md:-translate-x-1/2 md:-translate-y-1/2 md:animate-rise md:rounded-xl md:pb-6',
            isWide ? 'md:max-w-2xl' : 'md:max-w-md',
          )}
        >
          <SkyHold />
          <header className="flex items-start justify-between gap-4">
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
          {children}
          {actions !== undefined && (
            <footer className="flex flex-col-reverse gap-2 md:flex-row md:justify-end">{actions}</footer>
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

/** Where a dialog marks the answer that changes nothing, the keyboard begins there. */
function focusSafeAnswer(event: Event): void {
  const answer = document.querySelector('[role="dialog"] [data-safe-answer]');
  if (!(answer instanceof HTMLElement)) return;
  event.preventDefault();
  answer.focus();
}

/** Keeps the sky still while it is mounted. */
function SkyHold() {
  useEffect(() => holdSky(), []);
  return null;
}
