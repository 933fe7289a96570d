import { SearchInput, useWideScreen } from '@nebula/ui';
import { useEffect, useState } from 'react';

/** Props of {@link TypedSearch}. */
export interface TypedSearchProps {
  text: string;
  label: string;
  /** What stands in it where there is little room. */
  short: string;
  maxLength?: number;
  className?: string;
  onChange: (text: string) => void;
}

/** A search box that holds what is typed; `onChange` hears of it when the typing pauses. */
export function TypedSearch({
  text,
  label,
  short,
  maxLength = 100,
  className = 'min-w-0 flex-1',
  onChange,
}: TypedSearchProps) {
  const isWide = useWideScreen();
  const [typed, setTyped] = useState(text);
  useEffect(() => setTyped(text), [text]);
  useEffect(() => {
    if (typed === text) return undefined;
    const timer = setTimeout(() => onChange(typed), 250);
    return () => clearTimeout(timer);
  });
  return (
    <SearchInput
      aria-label={label}
      placeholder={isWide ? label : short}
      value={typed}
      maxLength={maxLength}
      onChange={(event) => setTyped(event.target.value)}
      className={className}
    />
  );
}
