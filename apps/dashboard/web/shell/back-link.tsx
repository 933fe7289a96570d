import { ArrowLeft } from 'lucide-react';
import type { ReactNode } from 'react';
import { PageLink } from './page-link.tsx';

/** The way from a page of one thing back to the list that it stands in. */
export function BackLink({ to, children }: { to: string; children: ReactNode }) {
  return (
    <PageLink
      to={to}
      className="card inline-flex min-h-11 items-center gap-2 self-start px-4 text-soft hover:text-ink md:min-h-9"
    >
      <ArrowLeft aria-hidden size={16} />
      {children}
    </PageLink>
  );
}
