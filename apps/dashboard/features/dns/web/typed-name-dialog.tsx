import { Button, Dialog, ErrorStrip, Field, Input } from '@nebula/ui';
import { type ReactNode, useState } from 'react';
import { troubleOf } from '../../../web/feature.ts';
import { conflictIn } from './conflict.ts';
import { copy, errorCopy } from './copy.ts';

/** Asks for a name to be typed before something is removed. */
export function TypedNameDialog({
  title,
  text,
  name,
  label,
  confirmLabel,
  isBusy,
  error,
  onConfirm,
  onClose,
  children,
}: {
  title: string;
  text: string;
  /** What has to be typed. */
  name: string;
  label: string;
  confirmLabel: string;
  isBusy: boolean;
  error: unknown;
  onConfirm: () => void;
  onClose: () => void;
  children?: ReactNode;
}) {
  const [typedName, setTypedName] = useState('');
  const isConflict = conflictIn(error) !== null;
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={title}
      description={text}
      actions={
        <>
          <Button onClick={onClose}>{copy.cancel}</Button>
          {!isConflict && (
            <Button
              tone="danger"
              className="disabled:opacity-50"
              disabled={typedName !== name}
              isBusy={isBusy}
              onClick={onConfirm}
            >
              {confirmLabel}
            </Button>
          )}
        </>
      }
    >
      <div className="flex flex-col gap-4">
        {error !== null && !isConflict && <ErrorStrip trouble={troubleOf(error, errorCopy)} />}
        {children}
        <Field label={label}>
          {(control) => (
            <Input
              {...control}
              value={typedName}
              autoComplete="off"
              autoCapitalize="none"
              spellCheck={false}
              onChange={(event) => setTypedName(event.target.value)}
            />
          )}
        </Field>
      </div>
    </Dialog>
  );
}
