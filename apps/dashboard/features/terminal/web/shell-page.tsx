import { Button, ErrorState, Field, IconButton, Input, Panel, buttonClasses } from '@nebula/ui';
import { useParams } from '@tanstack/react-router';
import { useQuery } from '@tanstack/react-query';
import { ClipboardPaste, Copy, RotateCw, Settings2, Square, ZoomIn, ZoomOut } from 'lucide-react';
import { useState } from 'react';
import { BackLink, notify, troubleOf, useMay, usePageTitle } from '../../../web/feature.ts';
import { commandOf } from './command.ts';
import type { Phase } from './connection.ts';
import { copy, errorCopy } from './copy.ts';
import { containerNameQuery } from './queries.ts';
import { useTerminal } from './use-terminal.ts';

/** A shell inside one container. */
export function ShellPage() {
  const { id = '' }: { id?: string } = useParams({ strict: false });
  const container = useQuery(containerNameQuery(id));
  const name = container.data?.name ?? '';
  usePageTitle(name === '' ? copy.title : copy.of(name));
  const [wanted, setWanted] = useState({ program: '', user: '', isElevated: false });
  const [hasOptions, setOptions] = useState(false);
  const mayElevate = useMay('terminal:elevate');
  const { place, phase, reopen, end, zoom, marked, paste } = useTerminal({
    containerId: id,
    command: commandOf(wanted.program),
    user: wanted.user.trim() === '' ? null : wanted.user.trim(),
    isElevated: wanted.isElevated,
  });
  const isOpen = phase.kind === 'open';

  async function copyMarked(): Promise<void> {
    await navigator.clipboard?.writeText(marked()).catch(() => undefined);
  }

  async function pasteText(): Promise<void> {
    try {
      paste(await navigator.clipboard.readText());
    } catch {
      // Not allowed, or no secure context: the browser's own paste still works.
      notify({ kind: 'error', title: copy.pasteRefused });
    }
  }

  return (
    <>
      <BackLink to={`/containers/${encodeURIComponent(id)}`}>{copy.back}</BackLink>
      <Panel aria-label={copy.title} className="flex flex-col overflow-hidden">
        <div className="flex flex-wrap items-center gap-2 p-3">
          <IconButton icon={ZoomOut} label={copy.smaller} onClick={() => zoom(-2)} />
          <IconButton icon={ZoomIn} label={copy.bigger} onClick={() => zoom(2)} />
          <IconButton icon={Copy} label={copy.copy} onClick={() => void copyMarked()} />
          <IconButton icon={ClipboardPaste} label={copy.paste} onClick={() => void pasteText()} />
          <span className="flex-1" />
          <Button
            tone="ghost"
            icon={Settings2}
            aria-expanded={hasOptions}
            onClick={() => setOptions(!hasOptions)}
          >
            {copy.options}
          </Button>
          {isOpen ? (
            <Button icon={Square} onClick={end}>
              {copy.end}
            </Button>
          ) : (
            <Button tone="primary" icon={RotateCw} isBusy={phase.kind === 'opening'} onClick={reopen}>
              {phase.kind === 'opening' ? copy.opening : copy.reopen}
            </Button>
          )}
        </div>
        {hasOptions && (
          <form
            className="grid gap-3 px-4 pb-3 md:grid-cols-2"
            onSubmit={(event) => {
              event.preventDefault();
              reopen();
            }}
          >
            <Field label={copy.program}>
              {(control) => (
                <Input
                  {...control}
                  value={wanted.program}
                  placeholder={copy.programHint}
                  onChange={(event) => setWanted({ ...wanted, program: event.target.value })}
                />
              )}
            </Field>
            {mayElevate && (
              <Field label={copy.user} help={copy.userHelp}>
                {(control) => (
                  <Input
                    {...control}
                    value={wanted.user}
                    placeholder={copy.userHint}
                    onChange={(event) => setWanted({ ...wanted, user: event.target.value })}
                  />
                )}
              </Field>
            )}
            <div>
              <Button type="submit" tone="primary">
                {copy.open}
              </Button>
            </div>
          </form>
        )}
        <Told
          phase={phase}
          onElevate={
            mayElevate && !wanted.isElevated ? () => setWanted({ ...wanted, isElevated: true }) : undefined
          }
          onAgain={reopen}
        />
        <div
          ref={place}
          translate="no"
          className="h-[calc(100dvh-28rem)] min-h-64 border-t border-hairline bg-canvas p-2 md:h-[calc(100dvh-17rem)]"
        />
        <p className="px-4 py-2 text-sm text-muted">{copy.audited}</p>
      </Panel>
    </>
  );
}

function Told({
  phase,
  onElevate,
  onAgain,
}: {
  phase: Phase;
  onElevate: (() => void) | undefined;
  onAgain: () => void;
}) {
  if (phase.kind === 'failed')
    return <ErrorState trouble={troubleOf(phase.error, errorCopy)} onRetry={onAgain} />;
  if (phase.kind !== 'ended') return null;
  const { reason, exitCode, detail } = phase;
  const sentence =
    reason === 'lost' ? copy.lost : reason === 'signed-out' ? copy.signedOut : copy.ends[reason](exitCode);
  return (
    <div role="status" className="flex flex-col gap-2 px-4 pb-3 text-soft">
      <p>{sentence}</p>
      {detail !== null && (
        <p translate="no" className="text-sm break-words text-muted">
          {detail}
        </p>
      )}
      {reason === 'refused' && onElevate !== undefined && (
        <p className="flex flex-wrap items-center gap-3 text-sm">
          {copy.elevateHelp}
          <button type="button" className={buttonClasses('quiet')} onClick={onElevate}>
            {copy.elevate}
          </button>
        </p>
      )}
    </div>
  );
}
