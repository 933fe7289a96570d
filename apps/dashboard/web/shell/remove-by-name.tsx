import { Button, Dialog } from '@nebula/ui';
import { useState } from 'react';
import { texts } from './texts.ts';
import { TypedName } from './typed-name.tsx';

/** Asks for the name of what is removed for good; nothing else enables the button. */
export function RemoveByName({
  name,
  title,
  text,
  confirm,
  isBusy,
  onConfirm,
  onClose,
}: {
  name: string;
  title: string;
  text: string;
  confirm: string;
  isBusy: boolean;
  onConfirm: (typed: string) => void;
  onClose: () => void;
}) {
  const [typed, setTyped] = useState('');
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={title}
      description={text}
      actions={
        <>
          <Button onClick={onClose}>{texts.cancel}</Button>
          <Button
            tone="danger"
            className="disabled:opacity-50"
            disabled={typed !== name}
            isBusy={isBusy}
            onClick={() => onConfirm(typed)}
          >
            {confirm}
          </Button>
        </>
      }
    >
      <TypedName label={texts.typeName(name)} value={typed} onChange={setTyped} />
    </Dialog>
  );
}
