import { Button, SearchInput, Select } from '@nebula/ui';
import { FilterX } from 'lucide-react';
import { type ReactNode, useEffect, useState } from 'react';
import { copy } from './copy.ts';
import { type AuditFilter, outcomes, readOutcome } from './filter.ts';
import { TimeFilter } from './time-filter.tsx';

/** Props of {@link AuditFilterBar}; `children` are further buttons. */
export interface AuditFilterBarProps {
  filter: AuditFilter;
  isFiltered: boolean;
  onChange: (changes: Partial<AuditFilter>) => void;
  children: ReactNode;
}

/** Narrows the audit by action, outcome and time, and says when one target or actor was chosen elsewhere. */
export function AuditFilterBar({ filter, isFiltered, onChange, children }: AuditFilterBarProps) {
  const clear = () =>
    onChange({
      action: undefined,
      outcome: undefined,
      targetId: undefined,
      actorId: undefined,
      from: undefined,
      to: undefined,
    });
  return (
    <search className="flex flex-wrap items-center gap-3 p-4 md:px-6">
      <ActionBox action={filter.action ?? ''} onChange={(action) => onChange({ action })} />
      <Select
        aria-label={copy.outcome}
        value={filter.outcome ?? ''}
        onChange={(event) => onChange({ outcome: readOutcome(event.target.value) })}
        className="w-40 flex-1 md:flex-none"
      >
        <option value="">{copy.anyOutcome}</option>
        {outcomes.map((outcome) => (
          <option key={outcome} value={outcome}>
            {copy.outcomes[outcome]}
          </option>
        ))}
      </Select>
      {children}
      <TimeFilter filter={filter} onChange={onChange} />
      {isFiltered && (
        <div className="flex w-full flex-wrap items-center gap-3">
          {filter.targetId !== undefined && <p className="text-sm text-soft">{copy.ofTarget}</p>}
          {filter.actorId !== undefined && <p className="text-sm text-soft">{copy.ofActor}</p>}
          <Button tone="ghost" icon={FilterX} onClick={clear}>
            {copy.clearFilter}
          </Button>
        </div>
      )}
    </search>
  );
}

/** Holds what is typed; the address follows on Enter and when the typing pauses. */
function ActionBox({ action, onChange }: { action: string; onChange: (action: string | undefined) => void }) {
  const [typed, setTyped] = useState(action);
  useEffect(() => setTyped(action), [action]);
  useEffect(() => {
    if (typed.trim() === action) return undefined;
    const timer = setTimeout(() => onChange(typed.trim() || undefined), 400);
    return () => clearTimeout(timer);
  });
  return (
    <SearchInput
      aria-label={copy.action}
      placeholder={copy.actionHint}
      value={typed}
      maxLength={80}
      onChange={(event) => setTyped(event.target.value)}
      className="w-full md:w-auto md:min-w-64 md:flex-1"
    />
  );
}
