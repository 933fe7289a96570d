import type { ComponentProps, ReactNode } from 'react';
import { classNames } from './class-names.ts';

/** A solid card for data. */
export function Panel({ className, ...rest }: ComponentProps<'section'>) {
  return <section {...rest} className={classNames('card', className)} />;
}

/** Props of {@link PanelHeader}. */
export interface PanelHeaderProps {
  id?: string;
  title: string;
  description?: ReactNode;
  actions?: ReactNode;
  /** Whether the title is data (a name), which no catalogue knows. */
  isTitleData?: boolean;
}

/** The head of a panel: its title, a sentence, and what can be done. */
export function PanelHeader({ id, title, description, actions, isTitleData = false }: PanelHeaderProps) {
  return (
    <header className="flex flex-wrap items-start justify-between gap-3 px-4 pt-4 pb-3 md:px-6">
      <div className="min-w-0 grow basis-40">
        <h2 id={id} translate={isTitleData ? 'no' : undefined} className="text-lg">
          {title}
        </h2>
        {description !== undefined && <p className="mt-1 max-w-prose text-sm text-muted">{description}</p>}
      </div>
      {actions !== undefined && <div className="flex flex-wrap items-center gap-2">{actions}</div>}
    </header>
  );
}

/** One line of {@link FactList}. */
export interface Fact {
  term: string;
  value: ReactNode;
  /** Whether the value is data (a name, an id), which no catalogue knows. */
  isData?: boolean;
}

/** Facts as terms and their values, in as many columns as there is room for. */
export function FactList({ facts }: { facts: Fact[] }) {
  return (
    <dl className="grid grid-cols-[repeat(auto-fill,minmax(min(100%,15rem),1fr))] gap-x-6 gap-y-4 px-4 pb-6 md:px-6">
      {facts.map(({ term, value, isData }) => (
        <div key={term} className="min-w-0">
          <dt className="text-sm text-muted">{term}</dt>
          <dd translate={isData === true ? 'no' : undefined} className="mt-0.5 break-words text-ink">
            {value}
          </dd>
        </div>
      ))}
    </dl>
  );
}
