import { ApiError } from '@nebula/contract/client';
import { Button, CopyButton, ErrorStrip, Panel, PanelHeader } from '@nebula/ui';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Play } from 'lucide-react';
import { useEffect, useState } from 'react';
import { api, BackLink, fieldProblem, troubleOf, usePageTitle } from '../../../web/feature.ts';
import { copy, errorCopy } from './copy.ts';
import { createCopy } from './create-copy.ts';
import { BasicFields, RowFields, RunFields } from './create-fields.tsx';
import { type Draft, emptyDraft, isBegun, wantedOf } from './draft.ts';
import { keys } from './live.ts';
import { Findings } from './may-do-panel.tsx';

const previewDelayMs = 400;

/** A form that makes a container, with the compose file of it beside. */
export function CreatePage() {
  usePageTitle(createCopy.title);
  const navigate = useNavigate();
  const [draft, setDraft] = useState(emptyDraft);
  const [isTried, setTried] = useState(false);
  const settled = useSettled(draft);
  const preview = useQuery({
    queryKey: keys.preview(settled),
    queryFn: ({ signal }) => api.containers.preview({ body: wantedOf(settled), signal }),
    enabled: isBegun(settled),
    // The file of what was typed just before stays until the new one is there.
    placeholderData: (before) => before,
    retry: false,
    gcTime: 0,
  });
  const create = useMutation({
    mutationFn: () => api.containers.create({ body: wantedOf(draft) }),
    onSuccess: ({ runId }) => void navigate({ to: '/jobs/$id', params: { id: runId } }),
  });
  const change = (changes: Partial<Draft>) => setDraft({ ...draft, ...changes });
  /** Before the first try only what was begun is judged: an empty field is no mistake yet. */
  const problem = (path: string) =>
    fieldProblem(create.error, `body.${path}`) ??
    (isTried || isBegun(draft) ? fieldProblem(preview.error, `body.${path}`) : undefined);
  const part = { draft, change, problem };
  return (
    <>
      <BackLink to="/containers">{copy.gone.back}</BackLink>
      <div className="grid items-start gap-4 xl:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
        <form
          className="flex min-w-0 flex-col gap-4"
          onSubmit={(event) => {
            event.preventDefault();
            setTried(true);
            create.mutate();
          }}
        >
          <Panel aria-labelledby="create-basics">
            <PanelHeader id="create-basics" title={createCopy.basics} description={createCopy.text} />
            <div className="flex flex-col gap-4 px-4 pb-6 md:px-6">
              <BasicFields {...part} />
              <RowFields {...part} />
            </div>
          </Panel>
          <Panel aria-labelledby="create-running">
            <PanelHeader id="create-running" title={createCopy.running} />
            <div className="flex flex-col gap-4 px-4 pb-6 md:px-6">
              <RunFields {...part} />
              {create.error !== null && <ErrorStrip trouble={troubleOf(create.error, errorCopy)} />}
              <Button
                type="submit"
                tone="primary"
                icon={Play}
                isBusy={create.isPending}
                className="self-start"
              >
                {createCopy.submit}
              </Button>
            </div>
          </Panel>
        </form>
        <Panel aria-labelledby="create-preview" className="xl:sticky xl:top-4">
          <PanelHeader
            id="create-preview"
            title={createCopy.preview}
            description={createCopy.previewText}
            actions={
              preview.data !== undefined && (
                <CopyButton text={preview.data.compose} label={createCopy.copyPreview} />
              )
            }
          />
          {preview.data === undefined || !isBegun(draft) ? (
            <p className="px-4 pb-6 text-soft md:px-6">{previewWords(preview.error)}</p>
          ) : (
            <>
              <pre
                tabIndex={0}
                aria-busy={preview.isFetching}
                className="mx-4 mb-4 max-h-[50dvh] overflow-auto rounded-md border border-hairline bg-canvas p-3 font-mono text-sm md:mx-6"
              >
                {preview.data.compose}
              </pre>
              <h3 className="px-4 pb-2 font-semibold md:px-6">{copy.mayDo.title}</h3>
              <Findings findings={preview.data.mayDo} />
            </>
          )}
        </Panel>
      </div>
    </>
  );
}

/** Why there is no preview: nothing to show yet, something to correct, or what the server said. */
function previewWords(error: unknown): string {
  if (error === null) return createCopy.previewWaiting;
  const isMarked = error instanceof ApiError && error.fields.length > 0;
  return isMarked ? createCopy.previewProblem : troubleOf(error, errorCopy).sentence;
}

/** The form as it was when the typing last paused. */
function useSettled(draft: Draft): Draft {
  const [settled, setSettled] = useState(draft);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(draft), previewDelayMs);
    return () => clearTimeout(timer);
  }, [draft]);
  return settled;
}
