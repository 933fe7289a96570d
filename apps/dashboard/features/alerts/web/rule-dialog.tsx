import { Button, Checkbox, Field, Input } from '@nebula/ui';
import { History } from 'lucide-react';
import { useState } from 'react';
import { fieldProblem } from '../../../web/feature.ts';
import type { Rule, RuleKind } from '../contract.ts';
import { kindNames, kindOf } from '../contract-kinds.ts';
import { usePreview, useSaveRule } from './changes.ts';
import { copy } from './copy.ts';
import { severities } from './filter.ts';
import { FormDialog } from './form-dialog.tsx';
import { valueWords } from './look.ts';
import { ChannelChoice, SubjectChoice } from './rule-choices.tsx';
import { ruleCopy } from './rule-copy.ts';
import { draftOf, inputOf, type RuleDraft, usualOf } from './rule-draft.ts';
import { SelectField } from './select-field.tsx';

const words = ruleCopy.fields;

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
    <FormDialog
      isWide
      title={before === null ? ruleCopy.add : ruleCopy.editTitle}
      save={ruleCopy.save}
      cancel={ruleCopy.cancel}
      isBusy={save.isPending}
      error={error}
      onSubmit={() => save.mutate(inputOf(draft), { onSuccess: onClose })}
      onClose={onClose}
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
    </FormDialog>
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
        <SelectField
          label={words.kind}
          help={ruleCopy.kindHelp[draft.kind]}
          value={draft.kind}
          options={kindNames}
          wordOf={(kind) => ruleCopy.kinds[kind]}
          onChange={(kind) => onChange({ kind, ...usualOf(kind), only: null, except: [] })}
        />
        <SelectField
          label={words.severity}
          value={draft.severity}
          options={severities}
          wordOf={(severity) => copy.severities[severity]}
          onChange={(severity) => onChange({ severity })}
        />
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
