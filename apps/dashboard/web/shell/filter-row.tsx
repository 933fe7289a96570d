import type { ReactNode } from 'react';
import { TypedSearch } from './typed-search.tsx';

/** Props of {@link FilterRow}. */
export interface FilterRowProps {
  words: { search: string; searchShort: string };
  search: string | undefined;
  onSearch: (text: string | undefined) => void;
  /** The other filters, after the search. */
  children?: ReactNode;
}

/** What narrows a list, above it: the search, and the choices of its kind. */
export function FilterRow({ words, search, onSearch, children }: FilterRowProps) {
  return (
    <search className="flex flex-wrap items-center gap-3 px-4 pb-4 md:px-6">
      <TypedSearch
        label={words.search}
        short={words.searchShort}
        className="w-full md:w-64 md:flex-1"
        text={search ?? ''}
        onChange={onSearch}
      />
      {children}
    </search>
  );
}
