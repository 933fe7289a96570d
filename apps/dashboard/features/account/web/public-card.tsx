import { Mark } from '../../../web/feature.ts';
import type { ReactNode } from 'react';
import { copy } from './copy.ts';

/** A command that is typed on the server: the one that makes an account without a browser, unless another is given. */
export function CommandText({ command = copy.command }: { command?: string }) {
  return (
    <code className="rounded-sm bg-canvas px-1.5 py-0.5 font-mono text-sm whitespace-nowrap text-ink">
      {command}
    </code>
  );
}

/** The card on which a page stands that needs no sign-in: the mark, a title, a sentence, and what is to be done. */
export function PublicCard({ title, lead, children }: { title: string; lead?: string; children: ReactNode }) {
  return (
    <div className="glass w-full max-w-md rounded-xl p-6 md:p-8">
      <div className="mb-8 flex flex-col items-center gap-4 text-center">
        <Mark size={56} />
        <div>
          <p translate="no" className="mb-2 font-medium text-soft">
            NebulaCommand
          </p>
          <h1 className="text-3xl">{title}</h1>
          {lead !== undefined && <p className="mt-3 text-soft">{lead}</p>}
        </div>
      </div>
      {children}
    </div>
  );
}
