import { Checkbox, Field, Input, Select } from '@nebula/ui';
import { ApiError } from '@nebula/contract/client';
import type { ReactNode } from 'react';
import { providerCopy } from './provider-copy.ts';
import { algorithms, type Draft } from './provider-draft.ts';

const words = providerCopy.dialog;

interface FieldsProps {
  draft: Draft;
  error: unknown;
  onChange: (changes: Partial<Draft>) => void;
}

/** What each kind of provider needs to be reached. */
export function ProviderFields({ draft, error, onChange }: FieldsProps) {
  const problem = (field: string) =>
    error instanceof ApiError
      ? error.fields.find(({ path }) => path.startsWith(`body.settings.${field}`))?.message
      : undefined;
  const text = (name: 'url' | 'username' | 'server' | 'zones' | 'keyName', label: string, help?: string) => (
    <TextField
      label={label}
      help={help}
      error={problem(name)}
      value={draft[name]}
      onChange={(value) => onChange({ [name]: value })}
    />
  );
  switch (draft.kind) {
    case 'powerdns':
      return text('url', words.url, words.urlHelp);
    case 'zoneedit':
      return text('username', words.username);
    case 'manual':
      return text('zones', words.zones, words.zonesHelp);
    case 'rfc2136':
      return (
        <div className="grid gap-4 md:grid-cols-2">
          {text('server', words.server, words.serverHelp)}
          {text('zones', words.zones, words.zonesHelp)}
          {text('keyName', words.keyName)}
          <Field label={words.algorithm}>
            {(control) => (
              <Select
                {...control}
                value={draft.algorithm}
                translate="no"
                onChange={(event) => onChange({ algorithm: event.target.value })}
              >
                {algorithms.map((algorithm) => (
                  <option key={algorithm} value={algorithm}>
                    {algorithm}
                  </option>
                ))}
              </Select>
            )}
          </Field>
          <Checkbox
            label={words.transfers}
            help={words.transfersHelp}
            checked={draft.transfers}
            onChange={(event) => onChange({ transfers: event.target.checked })}
          />
        </div>
      );
    case 'cloudflare':
      return null;
    default:
      return draft.kind satisfies never;
  }
}

function TextField({
  label,
  help,
  error,
  value,
  onChange,
}: {
  label: string;
  help: ReactNode;
  error: string | undefined;
  value: string;
  onChange: (value: string) => void;
}) {
  return (
    <Field label={label} help={help} error={error}>
      {(control) => (
        <Input
          {...control}
          required
          value={value}
          maxLength={2000}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  );
}
