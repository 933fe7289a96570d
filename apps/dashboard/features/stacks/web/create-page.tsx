import { Button, ErrorStrip, Field, Input, Panel, PanelHeader, Segments } from '@nebula/ui';
import { useMutation } from '@tanstack/react-query';
import { FileText, Rocket, Wand } from 'lucide-react';
import { Suspense, useMemo, useState } from 'react';
import { api, BackLink, fieldProblem, troubleOf, usePageTitle } from '../../../web/feature.ts';
import { CheckPanel, useCheck } from './check-panel.tsx';
import { useShowRun } from './changes.ts';
import { copy, errorCopy, exampleRun, firstCompose } from './copy.ts';
import { keepDraft, keptDraft } from './kept-draft.ts';
import { CodeEditor } from './lazy-editor.ts';

const words = copy.creating;
const beginnings = [
  { value: 'blank', title: words.blank },
  { value: 'line', title: words.line },
] as const;
const isName = (name: string) => /^[a-z0-9][a-z0-9_-]{0,62}$/.test(name);

/** A stack from a compose file or a docker run line; checked as it is written. */
export function CreatePage() {
  usePageTitle(words.title);
  const show = useShowRun();
  const [from, setFrom] = useState<'blank' | 'line'>('blank');
  const [name, setName] = useState(() => keptDraft()?.name ?? '');
  const [compose, setCompose] = useState(() => keptDraft()?.compose ?? firstCompose);
  const [env, setEnv] = useState(() => keptDraft()?.env ?? '');
  const [notes, setNotes] = useState<string[]>([]);
  const [isAgreed, setAgreed] = useState(false);
  const files = useMemo(
    () => [{ name: 'compose.yaml', text: compose }, ...(env === '' ? [] : [{ name: '.env', text: env }])],
    [compose, env],
  );
  const check = useCheck(isName(name) ? name : 'new', files, true);
  const problems = useMemo(
    () => (check.data?.problems ?? []).filter(({ file }) => file === 'compose.yaml'),
    [check.data],
  );
  const gateDigest = check.data?.gateDigest ?? undefined;
  const isGated = (check.data?.gate.length ?? 0) > 0;
  const create = useMutation({
    mutationFn: (isStarted: boolean) =>
      api.stacks.create({
        body: { name, compose, env, isStarted, ...(isAgreed && isStarted ? { agreed: gateDigest } : {}) },
      }),
    onSuccess: ({ runId }) => {
      keepDraft({ name, compose, env });
      show(name, runId);
    },
  });
  const isReady = isName(name) && check.isSettled && problems.length === 0 && (!isGated || isAgreed);
  return (
    <>
      <BackLink to="/stacks">{copy.back}</BackLink>
      <Panel aria-labelledby="stack-create">
        <PanelHeader id="stack-create" title={words.title} description={words.text} />
        <form
          className="flex min-w-0 flex-col gap-4 px-4 pb-6 md:px-6"
          onSubmit={(event) => {
            event.preventDefault();
            create.mutate(true);
          }}
        >
          <Segments label={words.from} options={beginnings} value={from} onChange={setFrom} />
          {from === 'line' && (
            <RunLine
              onConverted={(made) => {
                setCompose(made.compose);
                setNotes(made.notes);
                if (name === '') setName(made.name);
                setFrom('blank');
              }}
            />
          )}
          {notes.length > 0 && (
            <div className="rounded-md border border-warning bg-raised p-3 text-sm">
              <p className="font-medium">{words.notes}</p>
              <ul translate="no" className="list-disc pl-5 text-soft">
                {notes.map((note) => (
                  <li key={note}>{note}</li>
                ))}
              </ul>
            </div>
          )}
          <Field label={words.name} help={words.nameHelp} error={fieldProblem(create.error, 'body.name')}>
            {(control) => (
              <Input
                {...control}
                value={name}
                required
                maxLength={63}
                autoComplete="off"
                autoCapitalize="none"
                spellCheck={false}
                onChange={(event) => setName(event.target.value)}
                className="max-w-md"
              />
            )}
          </Field>
          <div className="flex min-w-0 flex-col gap-1">
            <h3 translate="no" className="text-sm font-medium text-soft">
              {words.compose}
            </h3>
            <Suspense fallback={<p className="text-soft">{copy.files.loadingEditor}</p>}>
              <CodeEditor
                text={compose}
                label={copy.files.editor(words.compose)}
                isYaml
                problems={problems}
                onChange={setCompose}
              />
            </Suspense>
            <p className="text-sm text-muted">{copy.files.keys}</p>
          </div>
          <Field label={words.env} help={words.envHelp} isOptional>
            {(control) => (
              <textarea
                {...control}
                translate="no"
                rows={3}
                value={env}
                spellCheck={false}
                onChange={(event) => setEnv(event.target.value)}
                className="w-full rounded-md border border-edge bg-canvas p-3 font-mono text-sm text-ink hover:border-accent"
              />
            )}
          </Field>
          <CheckPanel check={check} isAgreed={isAgreed} onAgree={setAgreed} />
          {create.error !== null && <ErrorStrip trouble={troubleOf(create.error, errorCopy)} />}
          <div className="flex flex-wrap gap-2">
            <Button
              type="submit"
              tone="primary"
              icon={Rocket}
              disabled={!isReady}
              isBusy={create.isPending && create.variables}
            >
              {words.submit}
            </Button>
            <Button
              icon={FileText}
              disabled={!isName(name)}
              isBusy={create.isPending && !create.variables}
              onClick={() => create.mutate(false)}
            >
              {words.write}
            </Button>
          </div>
        </form>
      </Panel>
    </>
  );
}

function RunLine({
  onConverted,
}: {
  onConverted: (made: { name: string; compose: string; notes: string[] }) => void;
}) {
  const [command, setCommand] = useState('');
  const convert = useMutation({
    mutationFn: () => api.stacks.convert({ body: { command } }),
    onSuccess: onConverted,
  });
  return (
    <div className="flex flex-col gap-3">
      <Field
        label={words.command}
        help={words.commandHelp}
        error={fieldProblem(convert.error, 'body.command')}
      >
        {(control) => (
          <textarea
            {...control}
            translate="no"
            rows={4}
            value={command}
            spellCheck={false}
            placeholder={exampleRun}
            onChange={(event) => setCommand(event.target.value)}
            className="w-full rounded-md border border-edge bg-canvas p-3 font-mono text-sm text-ink hover:border-accent"
          />
        )}
      </Field>
      <Button
        icon={Wand}
        className="self-start"
        disabled={command.trim() === ''}
        isBusy={convert.isPending}
        onClick={() => convert.mutate()}
      >
        {words.convert}
      </Button>
    </div>
  );
}
