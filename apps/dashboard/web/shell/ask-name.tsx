import { Button, Dialog, ErrorStrip, Field, Input } from '@nebula/ui';
import { useId, useState } from 'react';
import { type CopyTable, fieldProblem, troubleOf } from './copy.ts';
import { texts } from './texts.ts';

/** Props of {@link AskName}. */
export interface AskNameProps {
  title: string;
  text: string;
  label: string;
  help: string;
  confirm: string;
  /** Field of the call that the name is, such as `body.name`. */
  path: string;
  change: {
    mutate: (name: string, options: { onSuccess: () => void }) => void;
    isPending: boolean;
    error: unknown;
  };
  copy: CopyTable;
  onClose: () => void;
}

/** A dialog that asks for one name and stays open with the reason where it is refused. */
export function AskName({ title, text, label, help, confirm, path, change, copy, onClose }: AskNameProps) {
  const [name, setName] = useState('');
  const formId = useId();
  const problem = fieldProblem(change.error, path);
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={title}
      description={text}
      actions={
        <>
          <Button onClick={onClose}>{texts.cancel}</Button>
          <Button type="submit" form={formId} tone="primary" isBusy={change.isPending}>
            {confirm}
          </Button>
        </>
      }
    >
      <form
        id={formId}
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          change.mutate(name.trim(), { onSuccess: onClose });
        }}
      >
        <Field label={label} help={help} error={problem}>
          {(control) => (
            <Input
              {...control}
              required
              value={name}
              autoComplete="off"
              autoCapitalize="none"
              spellCheck={false}
              onChange={(event) => setName(event.target.value)}
            />
          )}
        </Field>
        {change.error !== null && problem === undefined && (
          <ErrorStrip trouble={troubleOf(change.error, copy)} />
        )}
      </form>
    </Dialog>
  );
}
