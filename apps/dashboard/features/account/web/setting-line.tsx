import type { ReactNode } from 'react';

/** Props of {@link SettingLine}. */
export interface SettingLineProps {
  title: string;
  /** State beside the title. */
  state?: ReactNode;
  children: ReactNode;
  actions: ReactNode;
}

/** One thing that can be set about an account: what it is, how it is now, what can be done. */
export function SettingLine({ title, state, children, actions }: SettingLineProps) {
  return (
    <li className="flex flex-col gap-3 border-t border-hairline px-4 py-4 md:flex-row md:items-center md:gap-6 md:px-6">
      <div className="min-w-0 flex-1">
        <h3 className="flex flex-wrap items-center gap-x-3 gap-y-1 font-semibold">
          {title}
          {state}
        </h3>
        <div className="mt-1 max-w-prose text-sm text-muted">{children}</div>
      </div>
      <div className="flex flex-col gap-2 md:flex-row">{actions}</div>
    </li>
  );
}
