import { NameLinks } from '../../../web/feature.ts';
import type { Volume } from '../contract.ts';
import { copy } from './copy.ts';

/** Containers that use a volume, those that do not run dimmed. */
export function UsedBy({ holders }: { holders: Volume['usedBy'] }) {
  return (
    <NameLinks
      names={holders.map(({ id, name, isRunning }) => ({
        name,
        path: `/containers/${id}`,
        isDim: !isRunning,
      }))}
      none={<span className="text-muted">{copy.nobody}</span>}
    />
  );
}
