import { IconButton, Panel, PanelHeader } from '@nebula/ui';
import { useQueryClient } from '@tanstack/react-query';
import { X } from 'lucide-react';
import { Suspense, useEffect, useRef, useState } from 'react';
import { api, useUrlFilter } from '../../../web/feature.ts';
import { RunProgress } from '../../jobs/web/index.ts';
import type { OutputPiece } from '../contract.ts';
import { copy } from './copy.ts';
import { readPlace } from './filter.ts';
import { keys } from './live.ts';

/** A run of this stack: its steps, and what compose writes as it writes it. Its id stands in the address. */
export function RunPanel({ runId }: { runId: string }) {
  const [, change] = useUrlFilter(readPlace);
  const { text, isCut, isLost } = useOutput(runId);
  const box = useRef<HTMLPreElement>(null);
  const isAtEnd = useRef(true);
  useEffect(() => {
    if (box.current !== null && isAtEnd.current) box.current.scrollTop = box.current.scrollHeight;
  }, [text]);
  return (
    <Panel aria-labelledby="stack-run">
      <PanelHeader
        id="stack-run"
        title={copy.run.title}
        actions={<IconButton icon={X} label={copy.run.follow} onClick={() => change({ run: undefined })} />}
      />
      <div className="grid min-w-0 items-start gap-x-2 lg:grid-cols-2">
        <div className="min-w-0">
          <Suspense>
            <RunProgress id={runId} />
          </Suspense>
        </div>
        <div className="min-w-0 px-4 pb-6 md:px-6">
          <h3 className="pb-2 text-sm font-medium text-soft">{copy.run.output}</h3>
          {isLost && <p className="pb-2 text-sm text-warning">{copy.run.lost}</p>}
          {isCut && <p className="pb-2 text-sm text-muted">{copy.run.cut}</p>}
          <pre
            ref={box}
            tabIndex={0}
            role="log"
            aria-label={copy.run.output}
            translate={text === '' ? undefined : 'no'}
            onScroll={({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) => {
              isAtEnd.current = scrollHeight - scrollTop - clientHeight < 24;
            }}
            className="max-h-96 min-h-24 overflow-auto rounded-md border border-hairline bg-canvas p-3 font-mono text-xs break-all whitespace-pre-wrap text-soft"
          >
            {text === '' ? copy.run.empty : text}
          </pre>
        </div>
      </div>
    </Panel>
  );
}

/** Characters that a page shows; the rest is in the run's file. */
const most = 200_000;

function useOutput(runId: string): { text: string; isCut: boolean; isLost: boolean } {
  const client = useQueryClient();
  const [shown, setShown] = useState({ text: '', isCut: false, isLost: false });
  useEffect(() => {
    const events = new EventSource(api.stacks.output({ params: { runId } }));
    let isFirst = true;
    events.addEventListener('open', () => {
      isFirst = true;
      setShown((before) => ({ ...before, isLost: false }));
    });
    events.addEventListener('message', (event: MessageEvent<string>) => {
      const piece: OutputPiece = JSON.parse(event.data);
      if (piece.kind === 'end') {
        events.close();
        // Files, versions and what they are checked for may be others now.
        void client.invalidateQueries({ queryKey: keys.all });
        return;
      }
      const isNew = isFirst;
      isFirst = false;
      setShown((before) => {
        const text = isNew ? piece.text : before.text + piece.text;
        return {
          text: text.slice(-most),
          isCut: (isNew ? false : before.isCut) || piece.isCut || text.length > most,
          isLost: false,
        };
      });
    });
    events.addEventListener('error', () => {
      if (events.readyState !== EventSource.CLOSED) setShown((before) => ({ ...before, isLost: true }));
    });
    return () => events.close();
  }, [runId, client]);
  return shown;
}
