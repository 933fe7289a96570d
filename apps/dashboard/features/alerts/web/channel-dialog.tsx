import { Checkbox, Field, Input, Select } from '@nebula/ui';
import { useState } from 'react';
import { fieldProblem } from '../../../web/feature.ts';
import type { Channel, Driver, Reach } from '../contract.ts';
import { useSaveChannel } from './changes.ts';
import { channelCopy } from './channel-copy.ts';
import { copy } from './copy.ts';
import { type DriverField, driverFields, partsOf, type Typed, typedOf } from './driver-fields.ts';
import { severities } from './filter.ts';
import { FormDialog } from './form-dialog.tsx';
import { SelectField } from './select-field.tsx';

const words = channelCopy.fields;
const drivers = [
  'discord',
  'email',
  'gotify',
  'ntfy',
  'slack',
  'telegram',
  'webhook',
] as const satisfies readonly Driver[];
const reaches = ['public', 'home', 'machine'] as const satisfies readonly Reach[];
const encryptions = ['starttls', 'tls', 'none'] as const;

/** Sets up a channel or changes one; its secrets are written, never read. */
export function ChannelDialog({ before, onClose }: { before: Channel | null; onClose: () => void }) {
  const save = useSaveChannel(before?.id ?? null);
  const [name, setName] = useState(before?.name ?? '');
  const [driver, setDriver] = useState<Driver>(before?.driver ?? 'ntfy');
  const [typed, setTyped] = useState<Typed>(() =>
    typedOf(before?.driver ?? 'ntfy', before?.settings ?? null),
  );
  const [reach, setReach] = useState<Reach>(before?.reach ?? 'public');
  const [leastSeverity, setLeast] = useState(before?.leastSeverity ?? 'info');
  const [isOn, setOn] = useState(before?.isOn ?? true);

  function choose(next: Driver): void {
    setDriver(next);
    setTyped(typedOf(next, next === before?.driver ? before.settings : null));
  }

  function submit(): void {
    const body = { name: name.trim(), driver, ...partsOf(driver, typed), reach, isOn, leastSeverity };
    save.mutate(body, { onSuccess: onClose });
  }

  return (
    <FormDialog
      title={before === null ? channelCopy.addTitle : channelCopy.editTitle}
      save={channelCopy.save}
      cancel={channelCopy.cancel}
      isBusy={save.isPending}
      error={save.error}
      onSubmit={submit}
      onClose={onClose}
    >
      <SelectField
        label={words.driver}
        value={driver}
        options={drivers}
        wordOf={(one) => channelCopy.drivers[one]}
        onChange={choose}
      />
      <Field label={words.name} error={fieldProblem(save.error, 'body.name')}>
        {(control) => (
          <Input
            {...control}
            required
            maxLength={80}
            value={name}
            onChange={(event) => setName(event.target.value)}
          />
        )}
      </Field>
      {driverFields[driver].map((field) => (
        <DriverInput
          key={`${driver} ${field.name}`}
          field={field}
          isKept={field.place === 'secrets' && before?.driver === driver}
          value={typed[field.name] ?? ''}
          error={fieldProblem(save.error, `body.${field.place}.${field.name}`)}
          onChange={(value) => setTyped((old) => ({ ...old, [field.name]: value }))}
        />
      ))}
      <SelectField
        label={words.reach}
        help={words.reachHelp}
        value={reach}
        options={reaches}
        wordOf={(one) => channelCopy.reaches[one]}
        onChange={setReach}
      />
      <SelectField
        label={words.leastSeverity}
        value={leastSeverity}
        options={severities}
        wordOf={(severity) => copy.severities[severity]}
        onChange={setLeast}
      />
      <Checkbox label={words.isOn} checked={isOn} onChange={(event) => setOn(event.target.checked)} />
    </FormDialog>
  );
}

interface DriverInputProps {
  field: DriverField;
  isKept: boolean;
  value: string;
  error: string | undefined;
  onChange: (value: string) => void;
}

function DriverInput({ field, isKept, value, error, onChange }: DriverInputProps) {
  const { label, kind, help, isOptional = false } = field;
  return (
    <Field label={label} help={isKept ? words.kept : help} error={error} isOptional={isOptional}>
      {(control) =>
        kind === 'encryption' ? (
          <Select {...control} value={value} onChange={(event) => onChange(event.target.value)}>
            {encryptions.map((one) => (
              <option key={one} value={one}>
                {channelCopy.encryptions[one]}
              </option>
            ))}
          </Select>
        ) : (
          <Input
            {...control}
            type={kind === 'secret' ? 'password' : 'text'}
            autoComplete={kind === 'secret' ? 'new-password' : 'off'}
            inputMode={kind === 'number' ? 'numeric' : undefined}
            autoCapitalize="none"
            spellCheck={false}
            required={!isOptional && !isKept}
            value={value}
            onChange={(event) => onChange(event.target.value)}
          />
        )
      }
    </Field>
  );
}
