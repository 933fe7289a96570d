import { X } from 'lucide-react';
import * as Radix from 'radix-ui/dialog';
import { type ReactNode, useEffect } from 'react';
import { Button, type ButtonTone, IconButton } from './button.tsx';
import { classNames } from './class-names.ts';
import { holdSky } from './sky-motion.ts';

/** Props of {@link Dialog}. */
export interface DialogProps {
  isOpen: boolean;
  onClose: () => void;
  title: string;
  /** One sentence below the title, read with it. */
  description?: ReactNode;
  /** Buttons at the end; the last is what the dialog is for. */
  actions?: ReactNode;
  children?: ReactNode;
  isWide?: boolean;
  /** Whether only its buttons close it, not a click beside it: for what is shown once. */
  isFirm?: boolean;
}

/** A dialog in the middle of the screen; on a phone a sheet from below. Esc, the scrim and the cross close it. */
export function Dialog({
  isOpen,
  onClose,
  title,
  description,
  actions,
  children,
  isWide,
  isFirm,
}: DialogProps) {
  return (
    <Radix.Root open={isOpen} onOpenChange={(open) => !open && onClose()}>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-40 animate-fade bg-scrim" />
        <Radix.Content
          onPointerDownOutside={(event) => isFirm && event.preventDefault()}
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
              <IconButton icon={X} label="Close" className="-mt-2 -mr-2" />
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

/** Props of {@link ConfirmDialog}. */
export interface ConfirmDialogProps {
  isOpen: boolean;
  onClose: () => void;
  title: string;
  /** What will happen, to what, and whether it can be undone. */
  children: ReactNode;
  confirmLabel: string;
  /** `Cancel` when left out; say it otherwise where cancelling is what is asked about. */
  cancelLabel?: string;
  tone?: ButtonTone;
  isBusy?: boolean;
  onConfirm: () => void;
}

/** Asks before something that cannot be undone; the safe answer has the focus. */
export function ConfirmDialog({
  confirmLabel,
  tone = 'primary',
  isBusy,
  onConfirm,
  ...dialog
}: ConfirmDialogProps) {
  return (
    <Dialog
      isOpen={dialog.isOpen}
      onClose={dialog.onClose}
      title={dialog.title}
      description={dialog.children}
      actions={
        <>
          <Button onClick={dialog.onClose}>{dialog.cancelLabel ?? 'Cancel'}</Button>
          <Button tone={tone} isBusy={isBusy ?? false} onClick={onConfirm}>
            {confirmLabel}
          </Button>
        </>
      }
    />
  );
}

/** Keeps the sky still while it is mounted. */
function SkyHold() {
  useEffect(() => holdSky(), []);
  return null;
}
