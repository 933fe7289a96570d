import { Button, Checkbox, ErrorStrip, Panel, PanelHeader } from '@nebula/ui';
import { useMutation } from '@tanstack/react-query';
import { FolderInput, ScanSearch } from 'lucide-react';
import { type FormEvent, useRef, useState } from 'react';
import { api, fieldProblem, troubleOf, usePageTitle } from '../../../web/feature.ts';
import type { Imported } from '../contract-transfer.ts';
import { DomainsBackLink } from './domains-back-link.tsx';
import type { TargetDraft } from './draft.ts';
import { DonePanel } from './import-done.tsx';
import {
  chosenNames,
  doesOf,
  emptySource,
  excessOf,
  importBody,
  isFilled,
  noChoices,
  type RowChoice,
  type SourceDraft,
} from './import-draft.ts';
import { SourceFields } from './import-source.tsx';
import { VerdictPanel } from './import-verdicts.tsx';
import { transferCopy as words, transferErrors } from './transfer-copy.ts';

/** Brings domains in from a text, a file or a zone: looked at first, then imported, then provisioned. */
export function ImportPage() {
  usePageTitle(words.title);
  const [draft, setDraft] = useState(emptySource);
  const [choices, setChoices] = useState(noChoices);
  const [leavesOutInvalid, setLeaves] = useState(false);
  const check = useMutation({
    mutationFn: () =>
      api.domains.import({ body: importBody(draft, noChoices, { isDryRun: true, leavesOutInvalid: false }) }),
    onSuccess: () => setChoices(noChoices),
  });
  /** Whether an import goes on; what comes in meanwhile, such as a file that was being read, must not hide how it ended. */
  const isImporting = useRef(false);
  const submit = useMutation({
    mutationFn: () =>
      api.domains.import({ body: importBody(draft, choices, { isDryRun: false, leavesOutInvalid }) }),
    onMutate: () => {
      isImporting.current = true;
    },
    onSettled: () => {
      isImporting.current = false;
    },
  });
  /** What was found holds only for what was looked at. */
  function change(changes: Partial<SourceDraft>): void {
    if (isImporting.current) return;
    setDraft((before) => ({ ...before, ...changes }));
    check.reset();
    submit.reset();
  }
  function begin(event: FormEvent): void {
    event.preventDefault();
    submit.reset();
    check.mutate();
  }
  if (submit.data !== undefined) {
    return (
      <>
        <DomainsBackLink />
        <DonePanel done={submit.data} onAgain={() => change(emptySource)} />
      </>
    );
  }
  return (
    <>
      <DomainsBackLink />
      <form onSubmit={begin}>
        <Panel aria-labelledby="import-source">
          <PanelHeader id="import-source" title={words.title} description={words.text} />
          <div className="flex flex-col gap-6 px-4 pb-6 md:px-6">
            <fieldset disabled={submit.isPending} className="contents">
              <SourceFields draft={draft} change={change} />
            </fieldset>
            {check.error !== null && <ErrorStrip trouble={troubleOf(check.error, transferErrors)} />}
            <Button
              type="submit"
              tone={check.data === undefined ? 'primary' : 'quiet'}
              icon={ScanSearch}
              isBusy={check.isPending}
              disabled={!isFilled(draft) || excessOf(draft) !== null || submit.isPending}
              className="self-start"
            >
              {words.check}
            </Button>
            {check.isPending && (
              <p role="status" className="text-sm text-muted">
                {words.checking}
              </p>
            )}
          </div>
        </Panel>
      </form>
      {check.data !== undefined && (
        <>
          <fieldset disabled={submit.isPending} className="contents">
            <VerdictPanel
              key={check.submittedAt}
              found={check.data}
              choices={choices}
              choose={(name, does: RowChoice) =>
                setChoices({ ...choices, does: new Map(choices.does).set(name, does) })
              }
              problem={(name, path) =>
                fieldProblem(submit.error, `body.choices.${chosenNames(choices).indexOf(name)}.${path}`)
              }
              aim={(name, target) =>
                setChoices({ ...choices, targets: withTarget(choices.targets, name, target) })
              }
            />
          </fieldset>
          <Panel aria-label={words.finish}>
            <div className="flex flex-col gap-3 p-4 md:px-6">
              {check.data.counts.invalid > 0 && (
                <Checkbox
                  label={words.leaveInvalid(String(check.data.counts.invalid))}
                  help={words.leaveInvalidHelp}
                  checked={leavesOutInvalid}
                  disabled={submit.isPending}
                  onChange={(event) => setLeaves(event.target.checked)}
                />
              )}
              {submit.error !== null && <ErrorStrip trouble={troubleOf(submit.error, transferErrors)} />}
              <SubmitButton
                count={countOf(check.data, choices)}
                isHeld={check.data.counts.invalid > 0 && !leavesOutInvalid}
                isBusy={submit.isPending}
                onClick={() => submit.mutate()}
              />
            </div>
          </Panel>
        </>
      )}
    </>
  );
}

function SubmitButton({
  count,
  isHeld,
  isBusy,
  onClick,
}: {
  count: number;
  isHeld: boolean;
  isBusy: boolean;
  onClick: () => void;
}) {
  return (
    <Button
      tone="primary"
      icon={FolderInput}
      isBusy={isBusy}
      disabled={count === 0 || isHeld}
      className="self-start"
      onClick={onClick}
    >
      {count === 0 ? words.nothingToImport : words.submit(String(count))}
    </Button>
  );
}

function countOf(found: Imported, choices: typeof noChoices): number {
  return found.rows.filter((row) => doesOf(row, choices) !== 'nothing').length;
}

function withTarget(
  targets: ReadonlyMap<string, TargetDraft>,
  name: string,
  target: TargetDraft | null,
): ReadonlyMap<string, TargetDraft> {
  const next = new Map(targets);
  if (target === null) next.delete(name);
  else next.set(name, target);
  return next;
}
