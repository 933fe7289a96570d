import { Checkbox, Field, FormRows, LinesField, TextField } from '@nebula/ui';
import { useQuery } from '@tanstack/react-query';
import { ChevronRight } from 'lucide-react';
import { useEffect, useState } from 'react';
import { troubleOf } from '../../../web/feature.ts';
import { AccountsFields } from './accounts-fields.tsx';
import type { OptionsDraft } from './draft.ts';
import { formCopy } from './form-copy.ts';
import { snippetQuery } from './queries.ts';
import { StatusSelect } from './target-fields.tsx';

const words = formCopy.options;
/** How long typing has to pause before the reverse proxy is asked. */
const pauseMs = 500;

/** Props of the options of a domain. */
export interface OptionsProps {
  draft: OptionsDraft;
  change: (changes: Partial<OptionsDraft>) => void;
  problem: (path: string) => string | undefined;
}

/** What is done with requests and answers on the way; folded, since most domains need none of it. */
export function OptionsFields(props: OptionsProps) {
  return (
    <details className="group">
      <summary className="flex min-h-11 cursor-pointer list-none items-center gap-2 rounded-md hover:bg-hover md:min-h-9">
        <ChevronRight
          aria-hidden
          size={16}
          className="text-muted transition-transform group-open:rotate-90"
        />
        <span className="font-semibold">{words.title}</span>
        <span className="truncate text-sm text-muted">{words.summary}</span>
      </summary>
      <div className="flex flex-col gap-4 pt-3">
        <Switches {...props} />
        <Limits {...props} />
        <Headers title={words.requestHeaders} name="requestHeaders" {...props} />
        <Headers title={words.responseHeaders} name="responseHeaders" {...props} />
        <Redirects {...props} />
        <AccountsFields {...props} />
        <Snippet {...props} />
      </div>
    </details>
  );
}

function Switches({ draft, change }: OptionsProps) {
  return (
    <div className="flex flex-col">
      <Checkbox
        label={words.compresses}
        checked={draft.compresses}
        onChange={(event) => change({ compresses: event.target.checked })}
      />
      <Checkbox
        label={words.streams}
        help={words.streamsHelp}
        checked={draft.streams}
        onChange={(event) => change({ streams: event.target.checked })}
      />
    </div>
  );
}

function Limits({ draft, change, problem }: OptionsProps) {
  return (
    <div className="grid items-start gap-4 md:grid-cols-2">
      <TextField
        label={words.retry}
        help={words.retryHelp}
        value={draft.retry}
        isNumber
        error={problem('options.retrySeconds')}
        onChange={(retry) => change({ retry })}
      />
      <TextField
        label={words.healthPath}
        help={words.healthPathHelp}
        value={draft.healthPath}
        error={problem('options.healthPath')}
        onChange={(healthPath) => change({ healthPath })}
      />
      <TextField
        label={words.readTimeout}
        placeholder={words.noLimit}
        value={draft.readTimeout}
        isNumber
        error={problem('options.readTimeoutSeconds')}
        onChange={(readTimeout) => change({ readTimeout })}
      />
      <TextField
        label={words.writeTimeout}
        placeholder={words.noLimit}
        value={draft.writeTimeout}
        isNumber
        error={problem('options.writeTimeoutSeconds')}
        onChange={(writeTimeout) => change({ writeTimeout })}
      />
      <TextField
        label={words.maxBody}
        placeholder={words.noLimit}
        value={draft.maxBody}
        isNumber
        error={problem('options.maxBodyBytes')}
        onChange={(maxBody) => change({ maxBody })}
      />
    </div>
  );
}

function Headers({
  title,
  name,
  draft,
  change,
  problem,
}: OptionsProps & { title: string; name: 'requestHeaders' | 'responseHeaders' }) {
  return (
    <FormRows
      title={title}
      addLabel={words.addHeader}
      rows={draft[name]}
      fresh={(key) => ({ key, name: '', value: '', isRemoved: false })}
      onChange={(rows) => change({ [name]: rows })}
    >
      {(row, set, at) => (
        <>
          <TextField
            label={words.headerName}
            value={row.name}
            error={problem(`options.${name}.${at}.name`)}
            onChange={(text) => set({ name: text })}
          />
          <div className="md:col-span-2">
            {!row.isRemoved && (
              <TextField
                label={words.headerValue}
                value={row.value}
                error={problem(`options.${name}.${at}.value`)}
                onChange={(value) => set({ value })}
              />
            )}
          </div>
          <div className="self-end">
            <Checkbox
              label={words.headerRemoved}
              checked={row.isRemoved}
              onChange={(event) => set({ isRemoved: event.target.checked })}
            />
          </div>
        </>
      )}
    </FormRows>
  );
}

function Redirects({ draft, change, problem }: OptionsProps) {
  return (
    <FormRows<OptionsDraft['redirects'][number]>
      title={words.redirects}
      addLabel={words.addRedirect}
      rows={draft.redirects}
      fresh={(key) => ({ key, from: '', to: '', status: 302 })}
      onChange={(redirects) => change({ redirects })}
    >
      {(row, set, at) => (
        <>
          <TextField
            label={words.from}
            value={row.from}
            error={problem(`options.redirects.${at}.from`)}
            onChange={(from) => set({ from })}
          />
          <div className="md:col-span-2">
            <TextField
              label={words.to}
              value={row.to}
              error={problem(`options.redirects.${at}.to`)}
              onChange={(to) => set({ to })}
            />
          </div>
          <Field label={words.redirectStatus}>
            {(control) => (
              <StatusSelect control={control} value={row.status} onChange={(status) => set({ status })} />
            )}
          </Field>
        </>
      )}
    </FormRows>
  );
}

/** The reverse proxy says what is wrong with a snippet before it is saved. */
function Snippet({ draft, change, problem }: OptionsProps) {
  const [settled, setSettled] = useState(draft.snippet);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(draft.snippet), pauseMs);
    return () => clearTimeout(timer);
  }, [draft.snippet]);
  const checked = useQuery(snippetQuery(settled));
  const isAsked = settled.trim() !== '' && settled === draft.snippet;
  const refused =
    checked.error === null ? (checked.data?.problem ?? undefined) : troubleOf(checked.error).sentence;
  return (
    <LinesField
      label={words.snippet}
      value={draft.snippet}
      help={
        !isAsked
          ? words.snippetHelp
          : checked.isFetching
            ? words.snippetAsking
            : refused === undefined
              ? words.snippetRight
              : words.snippetHelp
      }
      error={problem('options.snippet') ?? (isAsked ? refused : undefined)}
      onChange={(snippet) => change({ snippet })}
    />
  );
}
