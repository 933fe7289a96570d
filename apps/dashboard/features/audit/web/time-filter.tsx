import { Field, Input, Segments } from '@nebula/ui';
import { useEffect, useState } from 'react';
import { copy } from './copy.ts';
import { type AuditFilter, instantOf, localOf, spanOf, spans } from './filter.ts';

const any = 'any';

/** Narrows the audit to a span of time: one that ends now, or between two instants. */
export function TimeFilter({
  filter,
  onChange,
}: {
  filter: AuditFilter;
  onChange: (changes: Partial<AuditFilter>) => void;
}) {
  const { from, to } = filter;
  const isAny = from === undefined && to === undefined;
  return (
    <div className="flex w-full flex-wrap items-end gap-3">
      <Segments
        label={copy.span}
        options={[
          ...spans.map((span) => ({ value: span, title: copy.spans[span] })),
          { value: any, title: copy.anyTime },
        ]}
        value={isAny ? any : spanOf(filter)}
        onChange={(span) => onChange({ from: span === any ? undefined : span, to: undefined })}
      />
      <div className="flex w-full flex-wrap gap-3 md:w-auto md:flex-nowrap">
        <InstantBox label={copy.from} instant={from} onChange={(at) => onChange({ from: at })} />
        <InstantBox label={copy.to} instant={to} onChange={(at) => onChange({ to: at })} />
      </div>
    </div>
  );
}

interface InstantBoxProps {
  label: string;
  instant: string | undefined;
  onChange: (instant: string | undefined) => void;
}

/** The browser's own field for day and time; the address follows when the typing pauses. */
function InstantBox({ label, instant, onChange }: InstantBoxProps) {
  const given = localOf(instant);
  const [typed, setTyped] = useState(given);
  useEffect(() => setTyped(given), [given]);
  useEffect(() => {
    const at = instantOf(typed);
    if (typed === given || (typed !== '' && at === undefined)) return undefined;
    const timer = setTimeout(() => onChange(at), 400);
    return () => clearTimeout(timer);
  });
  return (
    <div className="min-w-0 flex-1 basis-60 md:max-w-64">
      <Field label={label}>
        {(control) => (
          <Input
            {...control}
            type="datetime-local"
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
          />
        )}
      </Field>
    </div>
  );
}
