import { Button, Dialog, ErrorStrip, Field, IconButton, Input, Select } from '@nebula/ui';
import { Plus, X } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { fieldProblem, troubleOf } from '../../../web/feature.ts';
import type { RecordSet } from '../contract.ts';
import { useWrite } from './changes.ts';
import { conflictIn } from './conflict.ts';
import { ConflictPanel } from './conflict-panel.tsx';
import { copy, errorCopy } from './copy.ts';
import { readType } from './filter.ts';
import type { Place } from './queries.ts';
import { emptyParts, joinValue, partFields, splitValue } from './value-parts.ts';

const words = copy.form;
const formId = 'dns-record';

/** Adds records, or changes those that are there; a change that somebody else made meanwhile is shown with both sides. */
export function RecordDialog({
  place,
  before,
  draft,
  types,
  onClose,
}: {
  place: Place;
  /** What is there and was seen; null to add. */
  before: RecordSet | null;
  /** Name and type to begin with, where they were chosen already. */
  draft?: { name: string; type: RecordSet['type'] } | undefined;
  types: readonly RecordSet['type'][];
  onClose: () => void;
}) {
  const write = useWrite(place);
  const [name, setName] = useState(before?.shortName ?? draft?.name ?? '');
  const [type, setType] = useState<RecordSet['type']>(before?.type ?? draft?.type ?? types[0] ?? 'A');
  const [ttl, setTtl] = useState(String(before?.ttl ?? 300));
  const [rows, setRows] = useState(() =>
    (before?.values ?? ['']).map((value, key) => ({
      key,
      parts: before === null ? emptyParts(type) : splitValue(type, value),
    })),
  );
  const conflict = conflictIn(write.error);
  const send = (expected: string) =>
    write.mutate(
      { name, type, ttl: Number(ttl), values: rows.map(({ parts }) => joinValue(type, parts)), expected },
      { onSuccess: onClose },
    );

  function submit(event: FormEvent): void {
    event.preventDefault();
    send(before?.version ?? 'absent');
  }

  function changeType(next: RecordSet['type']): void {
    setType(next);
    setRows([{ key: 0, parts: emptyParts(next) }]);
  }

  return (
    <Dialog
      isOpen
      isWide
      onClose={onClose}
      title={before === null ? words.add : words.edit(before.name, before.type)}
      actions={
        <>
          <Button onClick={onClose}>{copy.cancel}</Button>
          {conflict === null && (
            <Button type="submit" form={formId} tone="primary" isBusy={write.isPending}>
              {words.save}
            </Button>
          )}
        </>
      }
    >
      <form id={formId} onSubmit={submit} className="flex flex-col gap-4">
        {write.error !== null && conflict === null && (
          <ErrorStrip trouble={troubleOf(write.error, errorCopy)} />
        )}
        {conflict !== null && (
          <ConflictPanel
            conflict={conflict}
            isBusy={write.isPending}
            onMine={() => send(conflict.version)}
            onTheirs={onClose}
          />
        )}
        <div className="grid gap-4 md:grid-cols-[minmax(0,1fr)_9rem_12rem]">
          <Field
            label={words.name}
            help={words.nameHelp(place.zone)}
            error={fieldProblem(write.error, 'body.name')}
          >
            {(control) => (
              <Input
                {...control}
                required
                disabled={before !== null}
                value={name}
                maxLength={300}
                spellCheck={false}
                autoCapitalize="none"
                onChange={(event) => setName(event.target.value)}
              />
            )}
          </Field>
          <Field label={words.type} error={fieldProblem(write.error, 'body.type')}>
            {(control) => (
              <Select
                {...control}
                disabled={before !== null}
                value={type}
                translate="no"
                onChange={(event) => changeType(readType(event.target.value) ?? type)}
              >
                {types.map((one) => (
                  <option key={one} value={one}>
                    {one}
                  </option>
                ))}
              </Select>
            )}
          </Field>
          <Field label={words.ttl} help={words.ttlHelp} error={fieldProblem(write.error, 'body.ttl')}>
            {(control) => (
              <Input
                {...control}
                required
                inputMode="numeric"
                value={ttl}
                onChange={(event) => setTtl(event.target.value.replace(/\D/g, ''))}
              />
            )}
          </Field>
        </div>
        <ValueRows
          type={type}
          rows={rows}
          problem={fieldProblem(write.error, 'body.values')}
          onChange={setRows}
        />
      </form>
    </Dialog>
  );
}

interface ValueRow {
  key: number;
  parts: string[];
}

function ValueRows({
  type,
  rows,
  problem,
  onChange,
}: {
  type: RecordSet['type'];
  rows: ValueRow[];
  problem: string | undefined;
  onChange: (rows: ValueRow[]) => void;
}) {
  const nextKey = Math.max(0, ...rows.map(({ key }) => key)) + 1;
  const change = (key: number, at: number, text: string) =>
    onChange(
      rows.map((row) =>
        row.key === key ? { key, parts: row.parts.map((part, index) => (index === at ? text : part)) } : row,
      ),
    );
  return (
    <fieldset className="flex min-w-0 flex-col gap-3">
      <legend className="mb-2 font-semibold">{words.values}</legend>
      {rows.map((row, index) => (
        <div key={row.key} role="group" aria-label={words.value(index + 1)} className="flex items-end gap-2">
          <div className="grid min-w-0 flex-1 gap-2 md:flex">
            {partFields(type).map((field, at) => (
              <div key={field.id} className={field.isNarrow ? 'md:w-28' : 'min-w-0 md:flex-1'}>
                <Field label={field.label} error={at === 0 ? problem : undefined}>
                  {(control) => (
                    <Input
                      {...control}
                      required={type !== 'TXT'}
                      value={row.parts[at] ?? ''}
                      placeholder={field.example}
                      translate="no"
                      spellCheck={false}
                      autoCapitalize="none"
                      onChange={(event) => change(row.key, at, event.target.value)}
                    />
                  )}
                </Field>
              </div>
            ))}
          </div>
          {rows.length > 1 && (
            <IconButton
              icon={X}
              label={words.removeValue(index + 1)}
              onClick={() => onChange(rows.filter(({ key }) => key !== row.key))}
            />
          )}
        </div>
      ))}
      {type !== 'CNAME' && (
        <Button
          icon={Plus}
          className="self-start"
          onClick={() => onChange([...rows, { key: nextKey, parts: emptyParts(type) }])}
        >
          {words.addValue}
        </Button>
      )}
    </fieldset>
  );
}
