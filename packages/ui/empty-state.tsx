import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';

/** Props of {@link EmptyState}. */
export interface EmptyStateProps {
  icon: LucideIcon;
  title: string;
  /** What belongs here and why there is none. */
  children: ReactNode;
  action?: ReactNode;
}

/** What stands where a list has nothing: what this is, why it is empty, and one thing to do about it. */
export function EmptyState({ icon: Icon, title, children, action }: EmptyStateProps) {
  return (
    <div className="flex flex-col items-center gap-3 px-6 py-12 text-center">
      <span className="rounded-full border border-hairline bg-raised p-4 text-link">
        <Icon aria-hidden size={28} strokeWidth={1.5} />
      </span>
      <p className="text-lg font-semibold">{title}</p>
      <div className="max-w-prose text-soft">{children}</div>
      {action}
    </div>
  );
}
