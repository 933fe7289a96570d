import { Button, Field, Input, Select } from '@nebula/ui';
import { useQuery } from '@tanstack/react-query';
import { Search } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { DataView } from '../../../web/feature.ts';
import type { RecordSet } from '../contract.ts';
import { copy, errorCopy } from './copy.ts';
import { readType } from './filter.ts';
import { type Place, recordQuery } from './queries.ts';
import { RecordCards, type RecordRowsProps } from './record-table.tsx';

const words = copy.records.unlisted;

/** Looks up one name where the provider does not list. */
export function LookUp({
  place,
  types,
  ...rest
}: { place: Place; types: readonly RecordSet['type'][] } & Omit<RecordRowsProps, 'rows'>) {
  const [name, setName] = useState('@');
  const [type, setType] = useState<RecordSet['type']>(types[0] ?? 'A');
  const [key, setKey] = useState<{ name: string; type: RecordSet['type'] } | null>(null);
  function submit(event: FormEvent): void {
    event.preventDefault();
    setKey({ name, type });
  }
  return (
    <div className="flex flex-col gap-4 pb-4">
      <div className="px-4 md:px-6">
        <p className="font-semibold">{words.title}</p>
        <p className="text-soft">{words.text}</p>
      </div>
      <form onSubmit={submit} className="flex flex-wrap items-end gap-3 px-4 md:px-6">
        <Field label={copy.form.name}>
          {(control) => (
            <Input
              {...control}
              required
              value={name}
              maxLength={300}
              spellCheck={false}
              autoCapitalize="none"
              onChange={(event) => setName(event.target.value)}
            />
          )}
        </Field>
        <Field label={copy.form.type}>
          {(control) => (
            <Select
              {...control}
              value={type}
              onChange={(event) => setType(readType(event.target.value) ?? type)}
            >
              {types.map((one) => (
                <option key={one} value={one} translate="no">
                  {one}
                </option>
              ))}
            </Select>
          )}
        </Field>
        <Button type="submit" icon={Search}>
          {words.lookUp}
        </Button>
      </form>
      {key !== null && <Found place={place} asked={key} {...rest} />}
    </div>
  );
}

function Found({
  place,
  asked,
  ...rest
}: { place: Place; asked: { name: string; type: RecordSet['type'] } } & Omit<RecordRowsProps, 'rows'>) {
  const found = useQuery(recordQuery(place, asked));
  return (
    <DataView query={found} label={copy.records.loading} copy={errorCopy}>
      {({ record }) =>
        record === null ? (
          <p className="px-4 text-soft md:px-6" role="status">
            {words.absent(asked.name, asked.type)}
          </p>
        ) : (
          <RecordCards rows={[record]} {...rest} />
        )
      }
    </DataView>
  );
}
