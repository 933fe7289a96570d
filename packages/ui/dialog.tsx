import { lazy, type ReactNode, Suspense } from 'react';
import { Button, type ButtonTone } from './button.tsx';
import { texts } from './texts.ts';

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
  /** Whether only its buttons close it, neither Esc nor a click beside it: for what is shown once. */
  isFirm?: boolean;
}

const DialogPanel = lazy(async () => ({ default: (await import('./dialog-panel.tsx')).DialogPanel }));

/**
 * A dialog in the middle of the screen; on a phone a sheet from below. Esc, the scrim and the cross close it. Its code is
 * fetched when the first one opens.
 */
export function Dialog(props: DialogProps) {
  if (!props.isOpen) return null;
  return (
    <Suspense>
      <DialogPanel {...props} />
    </Suspense>
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
          <Button data-safe-answer onClick={dialog.onClose}>
            {dialog.cancelLabel ?? texts.cancel}
          </Button>
          <Button tone={tone} isBusy={isBusy ?? false} onClick={onConfirm}>
            {confirmLabel}
          </Button>
        </>
      }
    />
  );
}
