import { Button, Checkbox, Dialog, ErrorStrip, Field, Input, Select } from '@nebula/ui';
import { useState } from 'react';
import { fieldProblem, troubleOf } from '../../../web/feature.ts';
import type { Channel, Driver, Reach } from '../contract.ts';
import { useSaveChannel } from './changes.ts';
import { channelCopy } from './channel-copy.ts';
import { copy, errorCopy } from './copy.ts';
import { type DriverField, driverFields, partsOf, type Typed, typedOf } from './driver-fields.ts';
import { readSeverity, severities } from './filter.ts';

const words = channelCopy.fields;
const formId = 'alert-channel';
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

  function choose(next: Driver | undefined): void {
    if (next === undefined) return;
    setDriver(next);
    setTyped(typedOf(next, next === before?.driver ? before.settings : null));
  }

  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={before === null ? channelCopy.addTitle : channelCopy.editTitle}
      actions={
        <>
          <Button onClick={onClose}>{channelCopy.cancel}</Button>
          <Button type="submit" form={formId} tone="primary" isBusy={save.isPending}>
            {channelCopy.save}
          </Button>
        </>
      }
    >
      <form
        id={formId}
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          const body = { name: name.trim(), driver, ...partsOf(driver, typed), reach, isOn, leastSeverity };
          save.mutate(body, { onSuccess: onClose });
        }}
      >
        <Field label={words.driver}>
          {(control) => (
            <Select
              {...control}
              value={driver}
              onChange={(event) => choose(drivers.find((one) => one === event.target.value))}
            >
              {drivers.map((one) => (
                <option key={one} value={one}>
                  {channelCopy.drivers[one]}
                </option>
              ))}
            </Select>
          )}
        </Field>
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
        <Field label={words.reach} help={words.reachHelp}>
          {(control) => (
            <Select
              {...control}
              value={reach}
              onChange={(event) => setReach(reaches.find((one) => one === event.target.value) ?? reach)}
            >
              {reaches.map((one) => (
                <option key={one} value={one}>
                  {channelCopy.reaches[one]}
                </option>
              ))}
            </Select>
          )}
        </Field>
        <Field label={words.leastSeverity}>
          {(control) => (
            <Select
              {...control}
              value={leastSeverity}
              onChange={(event) => setLeast(readSeverity(event.target.value) ?? leastSeverity)}
            >
              {severities.map((severity) => (
                <option key={severity} value={severity}>
                  {copy.severities[severity]}
                </option>
              ))}
            </Select>
          )}
        </Field>
        <Checkbox label={words.isOn} checked={isOn} onChange={(event) => setOn(event.target.checked)} />
        {save.error !== null && <ErrorStrip trouble={troubleOf(save.error, errorCopy)} />}
      </form>
    </Dialog>
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
