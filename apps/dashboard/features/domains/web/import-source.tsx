import { Button, ErrorStrip, Field, formatBytes, LoadingRows, Segments, Select, TextField } from '@nebula/ui';
import { useQuery } from '@tanstack/react-query';
import { FileUp } from 'lucide-react';
import { useRef, useState } from 'react';
import { troubleOf } from '../../../web/feature.ts';
import { mostImportBytes } from '../contract-transfer.ts';
import { excessOf, type SourceDraft } from './import-draft.ts';
import { AddProvider } from './keeper-field.tsx';
import { zonesQuery } from './queries.ts';
import { transferCopy as words } from './transfer-copy.ts';

const most = formatBytes(mostImportBytes);

const sources = (['text', 'zone'] as const).map((value) => ({ value, title: words.sources[value] }));
const formats = (['auto', 'json', 'csv', 'caddyfile', 'zone-file'] as const).map((value) => ({
  ...{ value, title: words.formats[value] },
}));
const conflicts = (['skip', 'overwrite', 'merge'] as const).map((value) => ({
  ...{ value, title: words.conflicts[value] },
}));

/** Props of the fields of a source. */
export interface SourceProps {
  draft: SourceDraft;
  change: (changes: Partial<SourceDraft>) => void;
}

/** Where domains come from, and what is done with those that are here. */
export function SourceFields(props: SourceProps) {
  const { draft, change } = props;
  return (
    <div className="flex flex-col gap-6">
      <Segments
        label={words.source}
        options={sources}
        value={draft.source}
        onChange={(source) => change({ source })}
      />
      {draft.source === 'text' ? <TextSource {...props} /> : <ZoneSource {...props} />}
      <div className="flex flex-col gap-1">
        <p className="text-sm font-medium text-soft">{words.onConflict}</p>
        <Segments
          label={words.onConflict}
          options={conflicts}
          value={draft.onConflict}
          onChange={(onConflict) => change({ onConflict })}
        />
        <p className="text-sm text-muted">{words.conflictHelp[draft.onConflict]}</p>
      </div>
    </div>
  );
}

function TextSource({ draft, change }: SourceProps) {
  const input = useRef<HTMLInputElement>(null);
  const [problem, setProblem] = useState<string>();
  async function take(file: File | undefined): Promise<void> {
    if (file === undefined) return;
    if (file.size > mostImportBytes) return setProblem(words.fileTooLarge(file.name, most));
    try {
      change({ text: await file.text() });
      setProblem(undefined);
    } catch {
      // The browser says no more than that it may not read it.
      setProblem(words.fileUnread(file.name));
    }
  }
  const excess = excessOf(draft);
  const tooLarge = excess === null ? undefined : words.tooLarge(formatBytes(excess), most);
  return (
    <>
      <Field label={words.content} help={words.contentHelp(most)} error={problem ?? tooLarge}>
        {(control) => (
          <textarea
            {...control}
            rows={10}
            spellCheck={false}
            value={draft.text}
            onChange={(event) => change({ text: event.target.value })}
            onDrop={(event) => {
              const [file] = event.dataTransfer.files;
              if (file === undefined) return;
              event.preventDefault();
              void take(file);
            }}
            className="w-full rounded-md border border-edge bg-canvas px-3 py-2 font-mono text-lg whitespace-pre text-ink aria-invalid:border-danger md:text-sm"
          />
        )}
      </Field>
      <input
        ref={input}
        type="file"
        hidden
        aria-label={words.file}
        onChange={(event) => {
          void take(event.target.files?.[0]);
          // The same file, corrected, can be chosen again.
          event.target.value = '';
        }}
      />
      <div className="grid items-start gap-4 md:grid-cols-2">
        <Field label={words.format}>
          {(control) => (
            <Select
              {...control}
              value={draft.format}
              onChange={({ target: { value } }) =>
                change({ format: formats.find((one) => one.value === value)?.value ?? 'auto' })
              }
            >
              {formats.map(({ value, title }) => (
                <option key={value} value={value}>
                  {title}
                </option>
              ))}
            </Select>
          )}
        </Field>
        <Button icon={FileUp} className="justify-self-start md:mt-6" onClick={() => input.current?.click()}>
          {words.file}
        </Button>
        {draft.format === 'zone-file' && (
          <TextField
            label={words.origin}
            help={words.originHelp}
            placeholder={words.originPlaceholder}
            value={draft.origin}
            isOptional
            error={undefined}
            onChange={(origin) => change({ origin })}
          />
        )}
      </div>
    </>
  );
}

function ZoneSource({ draft, change }: SourceProps) {
  const zones = useQuery(zonesQuery);
  if (zones.error !== null) return <ErrorStrip trouble={troubleOf(zones.error)} />;
  if (zones.data === undefined) return <LoadingRows label={words.zonesLoading} rows={1} />;
  if (zones.data.length === 0) {
    return <AddProvider>{words.noZones}</AddProvider>;
  }
  return (
    <Field label={words.zone}>
      {(control) => (
        <Select {...control} value={draft.zone} onChange={({ target: { value } }) => change({ zone: value })}>
          <option value="" />
          {zones.data.map(({ providerId, providerName, zone }) => (
            <option key={`${providerId} ${zone}`} value={`${providerId} ${zone}`} translate="no">
              {words.zoneAt(zone, providerName)}
            </option>
          ))}
        </Select>
      )}
    </Field>
  );
}
