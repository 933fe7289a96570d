import { Button, ConfirmDialog, Dialog, Field, Input, Select } from '@nebula/ui';
import { useEffect, useRef, useState } from 'react';
import { fieldProblem } from '../../../web/feature.ts';
import { type Asked, ask, useAsked } from './asked.ts';
import { useVerb } from './changes.ts';
import { copy } from './copy.ts';
import { RemoveDialog } from './remove-dialog.tsx';

/** Shows the question about what was chosen in a menu or the palette; what needs no question is done at once. */
export function AskHost() {
  const asked = useAsked();
  // A question goes with the page it was asked on, so that going back does not carry it to another one.
  useEffect(() => close, []);
  if (asked === null) return null;
  const key = `${asked.verb} ${asked.target.id}`;
  switch (asked.verb) {
    case 'start':
    case 'pause':
    case 'unpause':
      return <AtOnce key={key} asked={asked} />;
    case 'stop':
    case 'restart':
      return <Confirm key={key} asked={asked} words={copy.verbs[asked.verb]} />;
    case 'kill':
      return <SignalDialog key={key} asked={asked} />;
    case 'rename':
      return <RenameDialog key={key} asked={asked} />;
    case 'remove':
      return <RemoveDialog key={key} asked={asked} onClose={close} />;
    default:
      return asked.verb satisfies never;
  }
}

function close(): void {
  ask(null);
}

function AtOnce({ asked }: { asked: Asked }) {
  const { mutate } = useVerb(asked);
  const isBegun = useRef(false);
  useEffect(() => {
    if (isBegun.current) return;
    isBegun.current = true;
    mutate({}, { onSettled: close });
  }, [mutate]);
  return null;
}

interface Words {
  command: string;
  title: (name: string) => string;
  text: string;
}

function Confirm({ asked, words }: { asked: Asked; words: Words }) {
  const verb = useVerb(asked);
  return (
    <ConfirmDialog
      isOpen
      onClose={close}
      title={words.title(asked.target.name)}
      confirmLabel={words.command}
      cancelLabel={copy.cancel}
      isBusy={verb.isPending}
      onConfirm={() => verb.mutate({}, { onSettled: close })}
    >
      {words.text}
    </ConfirmDialog>
  );
}

const signals = ['SIGKILL', 'SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2'];

function SignalDialog({ asked }: { asked: Asked }) {
  const words = copy.verbs.kill;
  const verb = useVerb(asked);
  const [signal, setSignal] = useState('SIGKILL');
  return (
    <Dialog
      isOpen
      onClose={close}
      title={words.title(asked.target.name)}
      description={words.text}
      actions={
        <>
          <Button onClick={close}>{copy.cancel}</Button>
          <Button
            tone="danger"
            isBusy={verb.isPending}
            onClick={() => verb.mutate({ signal }, { onSettled: close })}
          >
            {words.command}
          </Button>
        </>
      }
    >
      <Field label={words.signal}>
        {(control) => (
          <Select {...control} value={signal} onChange={(event) => setSignal(event.target.value)}>
            {signals.map((name) => (
              <option key={name} translate="no">
                {name}
              </option>
            ))}
          </Select>
        )}
      </Field>
    </Dialog>
  );
}

function RenameDialog({ asked }: { asked: Asked }) {
  const words = copy.verbs.rename;
  const verb = useVerb(asked);
  const [name, setName] = useState(asked.target.name);
  const isSame = name === asked.target.name;
  const rename = () => verb.mutate({ newName: name }, { onSuccess: close });
  return (
    <Dialog
      isOpen
      onClose={close}
      title={words.title(asked.target.name)}
      description={words.text}
      actions={
        <>
          <Button onClick={close}>{copy.cancel}</Button>
          <Button tone="primary" isBusy={verb.isPending} disabled={isSame || name === ''} onClick={rename}>
            {words.command}
          </Button>
        </>
      }
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (!isSame && name !== '') rename();
        }}
      >
        <Field label={words.name} error={fieldProblem(verb.error, 'body.name')}>
          {(control) => (
            <Input
              {...control}
              value={name}
              maxLength={128}
              onChange={(event) => setName(event.target.value)}
            />
          )}
        </Field>
      </form>
    </Dialog>
  );
}
