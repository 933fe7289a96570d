import { Badge, Button, Field, type FieldControl, IconButton, Input, Select, StatusPill } from '@nebula/ui';
import { RotateCw, Undo2 } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { fieldProblem, useMay } from '../../../web/feature.ts';
import type { SettingView } from '../contract.ts';
import { useChange, useReset } from './changes.ts';
import { copy } from './copy.ts';
import { docOf } from './docs-copy.ts';
import { SettingConflict } from './setting-conflict.tsx';

/** One setting: what it is, where its value comes from, and its form when it may be changed here. */
export function SettingRow({ setting }: { setting: SettingView }) {
  const mayWrite = useMay('settings:write');
  const doc = docOf(setting);
  const isForm = setting.isEditable && mayWrite;
  return (
    <li className="flex flex-col gap-3 border-t border-hairline px-4 py-4 lg:grid lg:grid-cols-[1fr_26rem] lg:gap-8 md:px-6">
      <div className="min-w-0">
        <p translate={doc.isData ? 'no' : undefined}>{doc.text}</p>
        <code className="mt-1 block break-all font-mono text-sm text-muted">{setting.variable}</code>
        <p className="mt-2 flex flex-wrap items-center gap-2">
          <Badge>{copy.sources[setting.source]}</Badge>
          {setting.needsRestart && (
            <StatusPill tone="degraded" icon={RotateCw}>
              {copy.restart.pill}
            </StatusPill>
          )}
        </p>
        {setting.problem !== null && (
          <p translate="no" className="mt-2 text-sm text-danger">
            {setting.problem}
          </p>
        )}
      </div>
      {isForm ? <SettingForm setting={setting} /> : <FixedValue setting={setting} />}
    </li>
  );
}

/** What somebody has typed, and over which value; kept while the setting changes elsewhere. */
interface Draft {
  text: string;
  over: string;
  seen: string | null;
}

function SettingForm({ setting }: { setting: SettingView }) {
  const { variable, updatedAt } = setting;
  const given = setting.value ?? '';
  const [draft, setDraft] = useState<Draft | null>(null);
  const value = draft?.text ?? given;
  const change = useChange(variable);
  const reset = useReset(variable);
  const isBusy = change.isPending || reset.isPending;
  const isConflict = draft !== null && draft.seen !== updatedAt && !isBusy;

  function type(text: string): void {
    const { over, seen } = draft ?? { over: given, seen: updatedAt };
    setDraft(text === over && seen === updatedAt ? null : { text, over, seen });
  }

  function forget(): void {
    setDraft(null);
    change.reset();
  }

  function save(seen: string | null): void {
    if (!isBusy && draft !== null) change.mutate({ value, seen }, { onSuccess: forget });
  }

  function submit(event: FormEvent): void {
    event.preventDefault();
    if (draft !== null && !isConflict) save(draft.seen);
  }

  return (
    <form onSubmit={submit} className="min-w-0">
      <Field
        label={variable}
        isLabelHidden
        isLabelData
        help={helpOf(setting)}
        error={fieldProblem(change.error, 'body.value')}
      >
        {(control) => (
          <div className="flex items-center gap-2">
            <Control setting={setting} control={control} value={value} onChange={type} />
            <Button type="submit" isBusy={change.isPending} disabled={draft === null || isConflict}>
              {copy.save}
            </Button>
            {setting.source === 'stored' && (
              <IconButton
                icon={Undo2}
                label={copy.resetLabel(variable)}
                disabled={isBusy}
                onClick={() => reset.mutate(updatedAt ?? undefined, { onSuccess: forget })}
              />
            )}
          </div>
        )}
      </Field>
      {isConflict && (
        <SettingConflict setting={setting} yours={value} onTake={forget} onKeep={() => save(updatedAt)} />
      )}
    </form>
  );
}

interface ControlProps {
  setting: SettingView;
  control: FieldControl;
  value: string;
  onChange: (value: string) => void;
}

function Control({ setting, control, value, onChange }: ControlProps) {
  const { kind, choices, minimum, maximum } = setting;
  if (kind === 'choice' || kind === 'flag') {
    const options = kind === 'flag' ? ['true', 'false'] : choices;
    const word = (option: string) => (kind === 'choice' ? option : option === 'true' ? copy.on : copy.off);
    return (
      <Select
        {...control}
        value={value}
        onChange={(event) => onChange(event.target.value)}
        className="flex-1"
      >
        {options.map((option) => (
          <option key={option} value={option} translate={kind === 'choice' ? 'no' : undefined}>
            {word(option)}
          </option>
        ))}
      </Select>
    );
  }
  return (
    <Input
      {...control}
      value={value}
      onChange={(event) => onChange(event.target.value)}
      className="min-w-0 flex-1"
      maxLength={4000}
      {...(kind === 'secret' ? { type: 'password', autoComplete: 'off' } : {})}
      {...(kind === 'number'
        ? { type: 'number', step: 'any', min: minimum ?? undefined, max: maximum ?? undefined }
        : {})}
    />
  );
}

function FixedValue({ setting }: { setting: SettingView }) {
  const text = setting.kind === 'secret' ? '' : (setting.value ?? '');
  const value = setting.kind === 'flag' ? (text === 'true' ? copy.on : copy.off) : text;
  const isAtStart = !setting.isEditable && setting.source !== 'environment';
  return (
    <div className="min-w-0 text-sm text-soft">
      {value === '' ? (
        <p>
          {setting.kind === 'secret' ? (setting.isSet ? copy.isSecretSet : copy.isSecretUnset) : copy.nothing}
        </p>
      ) : (
        <code className="break-all font-mono">{value}</code>
      )}
      {isAtStart && <p className="mt-1 text-muted">{copy.atStart}</p>}
    </div>
  );
}

function helpOf({ kind, applies, minimum, maximum, isSet }: SettingView): string {
  const parts = [
    kind === 'secret' && (isSet ? copy.isSecretSet : copy.isSecretUnset),
    kind === 'list' && copy.listHelp,
    kind === 'number' && minimum !== null && copy.range(minimum, maximum),
    applies === 'live' ? copy.live : copy.later,
  ];
  return parts.filter((part) => part !== false).join(' ');
}
