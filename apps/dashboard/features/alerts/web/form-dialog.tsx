import { Button, Dialog, ErrorStrip } from '@nebula/ui';
import { type ReactNode, useId } from 'react';
import { troubleOf } from '../../../web/feature.ts';
import { errorCopy } from './copy.ts';

/** Props of {@link FormDialog}. */
export interface FormDialogProps {
  title: string;
  /** What the button says that sends it. */
  save: string;
  cancel: string;
  isBusy: boolean;
  isWide?: boolean;
  error: Error | null;
  onSubmit: () => void;
  onClose: () => void;
  children: ReactNode;
}

/** A form in a dialog: its buttons, and what was wrong with it. */
export function FormDialog({
  title,
  save,
  cancel,
  isBusy,
  isWide = false,
  error,
  onSubmit,
  onClose,
  children,
}: FormDialogProps) {
  const id = useId();
  return (
    <Dialog
      isOpen
      isWide={isWide}
      onClose={onClose}
      title={title}
      actions={
        <>
          <Button onClick={onClose}>{cancel}</Button>
          <Button type="submit" form={id} tone="primary" isBusy={isBusy}>
            {save}
          </Button>
        </>
      }
    >
      <form
        id={id}
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          onSubmit();
        }}
      >
        {children}
        {error !== null && <ErrorStrip trouble={troubleOf(error, errorCopy)} />}
      </form>
    </Dialog>
  );
}
