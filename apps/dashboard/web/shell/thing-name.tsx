import { Badge } from '@nebula/ui';
import type { ReactNode } from 'react';
import { PageLink } from './page-link.tsx';

/** Props of {@link ThingName}. */
export interface ThingNameProps {
  to: string;
  name: string;
  /** What is short to say of it, below its name. */
  children?: ReactNode;
}

/** The name of a thing in a list, which leads to it, and what is short to say of it. */
export function ThingName({ to, name, children }: ThingNameProps) {
  return (
    <div className="flex min-w-0 flex-col items-start gap-1">
      <PageLink
        to={to}
        title={name}
        translate="no"
        className="min-h-6 max-w-full truncate font-semibold text-ink underline-offset-4 hover:text-link hover:underline"
      >
        <bdi>{name}</bdi>
      </PageLink>
      <span className="flex max-w-full flex-wrap items-center gap-2 empty:hidden">{children}</span>
    </div>
  );
}

/** The project that a thing belongs to; a label of the engine can be as long as it likes. */
export function ProjectBadge({ project }: { project: string }) {
  const start = project.slice(0, 255);
  return (
    <span translate="no" className="max-w-full truncate">
      <Badge title={start}>
        <bdi>{start}</bdi>
      </Badge>
    </span>
  );
}
