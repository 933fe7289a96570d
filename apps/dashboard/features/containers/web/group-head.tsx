import { classNames } from '@nebula/ui';
import { ChevronRight } from 'lucide-react';
import { copy } from './copy.ts';
import { type Group, groupKey } from './groups.ts';
import { toggleAll, useSelection } from './selection.ts';

/** The head of a project's containers: how they are, open or closed, all selected at once. */
export function GroupHead({
  group,
  isOpen,
  maySelect,
  onToggle,
}: {
  group: Group;
  isOpen: boolean;
  maySelect: boolean;
  onToggle: (key: string) => void;
}) {
  const selection = useSelection();
  const name = group.project?.slice(0, 255) ?? copy.group.none;
  const ids = group.rows.map(({ id }) => id);
  const counts = [
    { id: 'running', text: copy.group.running(group.running), n: group.running, ink: 'text-success' },
    { id: 'stopped', text: copy.group.stopped(group.stopped), n: group.stopped, ink: 'text-muted' },
    { id: 'trouble', text: copy.group.trouble(group.trouble), n: group.trouble, ink: 'text-danger' },
  ].filter(({ n }) => n > 0);
  return (
    <div className="flex items-center gap-3">
      {maySelect && (
        <label className="-ml-2 inline-flex size-11 shrink-0 cursor-pointer items-center justify-center rounded-md hover:bg-hover md:size-9">
          <input
            type="checkbox"
            checked={ids.every((id) => selection.has(id))}
            aria-label={copy.group.selectAll(name)}
            onChange={() => toggleAll(ids)}
            className="size-4 accent-accent"
          />
        </label>
      )}
      <button
        type="button"
        aria-expanded={isOpen}
        aria-label={copy.group.toggle(name, isOpen)}
        onClick={() => onToggle(groupKey(group))}
        className="flex min-h-11 min-w-0 flex-1 items-center gap-2 rounded-md text-left font-semibold md:min-h-9"
      >
        <ChevronRight
          aria-hidden
          size={16}
          className={classNames('shrink-0 transition-transform', isOpen && 'rotate-90')}
        />
        <bdi className="truncate" translate={group.project === null ? undefined : 'no'}>
          {name}
        </bdi>
      </button>
      <span className="figures flex shrink-0 flex-wrap justify-end gap-x-3 text-sm">
        {counts.map(({ id, text, ink }) => (
          <span key={id} className={ink}>
            {text}
          </span>
        ))}
      </span>
    </div>
  );
}
