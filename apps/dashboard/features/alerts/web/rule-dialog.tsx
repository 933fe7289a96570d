import { Button, Checkbox, Dialog, ErrorStrip, Field, Input, Select } from '@nebula/ui';
import { History } from 'lucide-react';
import { useState } from 'react';
import { fieldProblem, troubleOf } from '../../../web/feature.ts';
import type { Rule, RuleKind } from '../contract.ts';
import { kindNames, kindOf } from '../contract-kinds.ts';
import { usePreview, useSaveRule } from './changes.ts';
import { copy, errorCopy } from './copy.ts';
import { readSeverity, severities } from './filter.ts';
import { valueWords } from './look.ts';
import { ChannelChoice, SubjectChoice } from './rule-choices.tsx';
import { ruleCopy } from './rule-copy.ts';
import { draftOf, inputOf, type RuleDraft, usualOf } from './rule-draft.ts';

const words = ruleCopy.fields;
const formId = 'alert-rule';

/** Writes a new rule or changes one, and says what it would have done. */
export function RuleDialog({ before, onClose }: { before: Rule | null; onClose: () => void }) {
  const save = useSaveRule(before?.id ?? null);
  const preview = usePreview();
  const [draft, setDraft] = useState(() => draftOf(before));
  const change = (part: Partial<RuleDraft>) => {
    preview.reset();
    setDraft((old) => ({ ...old, ...part }));
  };
  const error = save.error ?? preview.error;
  return (
    <Dialog
      isOpen
      isWide
      onClose={onClose}
      title={before === null ? ruleCopy.add : ruleCopy.editTitle}
      actions={
        <>
          <Button onClick={onClose}>{ruleCopy.cancel}</Button>
          <Button type="submit" form={formId} tone="primary" isBusy={save.isPending}>
            {ruleCopy.save}
          </Button>
        </>
      }
    >
      <form
        id={formId}
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          save.mutate(inputOf(draft), { onSuccess: onClose });
        }}
      >
        <Head draft={draft} error={error} onChange={change} />
        <Limits draft={draft} error={error} onChange={change} />
        <SubjectChoice draft={draft} onChange={change} />
        <ChannelChoice draft={draft} onChange={change} />
        <div className="flex flex-wrap items-center gap-3">
          <Button icon={History} isBusy={preview.isPending} onClick={() => preview.mutate(inputOf(draft))}>
            {ruleCopy.preview.action}
          </Button>
          <div role="status" className="min-w-0">
            {preview.data !== undefined && <Preview kind={draft.kind} found={preview.data} />}
          </div>
        </div>
        {error !== null && <ErrorStrip trouble={troubleOf(error, errorCopy)} />}
      </form>
    </Dialog>
  );
}

interface PartProps {
  draft: RuleDraft;
  error: Error | null;
  onChange: (part: Partial<RuleDraft>) => void;
}

function Head({ draft, error, onChange }: PartProps) {
  return (
    <>
      <Field label={words.name} error={fieldProblem(error, 'body.name')}>
        {(control) => (
          <Input
            {...control}
            required
            maxLength={100}
            value={draft.name}
            onChange={(event) => onChange({ name: event.target.value })}
          />
        )}
      </Field>
      <div className="grid gap-4 md:grid-cols-2">
        <Field label={words.kind} help={ruleCopy.kindHelp[draft.kind]}>
          {(control) => (
            <Select
              {...control}
              value={draft.kind}
              onChange={(event) => {
                const kind = readKind(event.target.value) ?? draft.kind;
                onChange({ kind, ...usualOf(kind), only: null, except: [] });
              }}
            >
              {kindNames.map((kind) => (
                <option key={kind} value={kind}>
                  {ruleCopy.kinds[kind]}
                </option>
              ))}
            </Select>
          )}
        </Field>
        <Field label={words.severity}>
          {(control) => (
            <Select
              {...control}
              value={draft.severity}
              onChange={(event) => onChange({ severity: readSeverity(event.target.value) ?? draft.severity })}
            >
              {severities.map((severity) => (
                <option key={severity} value={severity}>
                  {copy.severities[severity]}
                </option>
              ))}
            </Select>
          )}
        </Field>
      </div>
    </>
  );
}

function Limits({ draft, error, onChange }: PartProps) {
  const { unit } = kindOf(draft.kind);
  const unitWords = ruleCopy.units[unit];
  const number = (
    name: 'threshold' | 'recover' | 'forSeconds' | 'recoverSeconds' | 'remindMinutes',
    label: string,
    help?: string,
  ) => (
    <Field label={label} help={help} error={fieldProblem(error, `body.${name}`)}>
      {(control) => (
        <Input
          {...control}
          inputMode="decimal"
          required
          value={draft[name]}
          onChange={(event) => onChange({ [name]: event.target.value })}
        />
      )}
    </Field>
  );
  return (
    <div className="grid gap-4 md:grid-cols-2">
      {unit !== 'state' && number('threshold', words.threshold(unitWords))}
      {unit !== 'state' && number('recover', words.recover(unitWords), words.recoverHelp)}
      {number('forSeconds', words.forSeconds)}
      {number('recoverSeconds', words.recoverSeconds)}
      {number('remindMinutes', words.remind, words.remindHelp)}
      <Checkbox
        label={words.isOn}
        checked={draft.isOn}
        onChange={(event) => onChange({ isOn: event.target.checked })}
      />
    </div>
  );
}

function Preview({
  kind,
  found,
}: {
  kind: RuleKind;
  found: { isKnown: boolean; times: number; subjects: { subject: string; times: number; most: number }[] };
}) {
  if (!found.isKnown) return <p className="text-soft">{ruleCopy.preview.unknown}</p>;
  return (
    <>
      <p className="font-medium">{ruleCopy.preview.times(found.times)}</p>
      <ul className="text-sm text-soft">
        {found.subjects.slice(0, 5).map(({ subject, most }) => (
          <li key={subject}>
            <bdi translate="no">{subject}</bdi>: {ruleCopy.preview.most(valueWords(kind, most))}
          </li>
        ))}
      </ul>
    </>
  );
}

function readKind(word: string): RuleKind | undefined {
  return kindNames.find((kind) => kind === word);
}
