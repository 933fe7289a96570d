import { Button, CopyButton, Dialog, ErrorStrip, LinesField, TextField } from '@nebula/ui';
import { type FormEvent, useState } from 'react';
import { fieldProblem, troubleOf } from '../../../web/feature.ts';
import type { RouterToken } from '../contract.ts';
import { useMakeToken } from './changes.ts';
import { copy, errorCopy } from './copy.ts';
import { RouterSettings } from './settings-dialog.tsx';

/** Makes a token, then shows it once, with what to enter at the router. */
export function MakeTokenDialog({ onClose }: { onClose: () => void }) {
  const make = useMakeToken();
  if (make.data !== undefined) return <MadeDialog {...make.data} onClose={onClose} />;
  return (
    <TokenForm
      error={make.error}
      isBusy={make.isPending}
      onSubmit={(body) => make.mutate(body)}
      onClose={onClose}
    />
  );
}

function TokenForm({
  error,
  isBusy,
  onSubmit,
  onClose,
}: {
  error: unknown;
  isBusy: boolean;
  onSubmit: (body: { label: string; names: string[] }) => void;
  onClose: () => void;
}) {
  const words = copy.make;
  const [label, setLabel] = useState('');
  const [lines, setLines] = useState('');
  const names = lines
    .split(/[\s,]+/)
    .map((name) => name.trim())
    .filter((name) => name !== '');
  const wrongName = names.map((_name, index) => fieldProblem(error, `body.names.${index}`)).find(Boolean);

  function submit(event: FormEvent): void {
    event.preventDefault();
    if (!isBusy) onSubmit({ label, names });
  }

  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={words.title}
      actions={
        <>
          <Button onClick={onClose}>{copy.cancel}</Button>
          <Button type="submit" form="make-token" tone="primary" isBusy={isBusy}>
            {words.submit}
          </Button>
        </>
      }
    >
      <form id="make-token" onSubmit={submit} className="flex flex-col gap-4">
        {error !== null && <ErrorStrip trouble={troubleOf(error, errorCopy)} />}
        <TextField
          label={words.label}
          help={words.labelHelp}
          value={label}
          error={fieldProblem(error, 'body.label')}
          onChange={setLabel}
        />
        <LinesField
          label={words.names}
          help={words.namesHelp}
          value={lines}
          error={wrongName ?? fieldProblem(error, 'body.names')}
          onChange={setLines}
        />
      </form>
    </Dialog>
  );
}

function MadeDialog({ token, secret, onClose }: { token: RouterToken; secret: string; onClose: () => void }) {
  const words = copy.made;
  return (
    <Dialog
      isOpen
      isFirm
      isWide
      onClose={onClose}
      title={words.title}
      description={words.text}
      actions={
        <Button tone="primary" onClick={onClose}>
          {words.done}
        </Button>
      }
    >
      <div className="flex flex-col gap-6">
        <div className="flex items-center gap-2 rounded-md border border-edge bg-canvas py-1 pr-1 pl-3">
          <code aria-label={words.token} className="min-w-0 flex-1 font-mono text-sm break-all select-all">
            {secret}
          </code>
          <CopyButton text={secret} label={words.copyToken} />
        </div>
        <RouterSettings names={token.names.map(({ name }) => name)} secret={secret} />
      </div>
    </Dialog>
  );
}
