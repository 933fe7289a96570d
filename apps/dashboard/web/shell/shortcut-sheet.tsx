import { Dialog } from '@nebula/ui';
import type { Command } from '../feature.ts';

const fixed = [
  { keys: 'Ctrl K or ⌘ K', title: 'Search or do' },
  { keys: '/', title: 'Filter the list' },
  { keys: 'Esc', title: 'Close what is on top' },
];

/** All shortcuts on one sheet. */
export function ShortcutSheet({ commands, onClose }: { commands: Command[]; onClose: () => void }) {
  const own = commands.flatMap(({ shortcut, title }) =>
    shortcut === undefined ? [] : [{ keys: shortcut, title }],
  );
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title="Keyboard shortcuts"
      description="Single keys can be switched off in your menu."
    >
      <dl className="grid grid-cols-[auto_1fr] items-baseline gap-x-6 gap-y-3">
        {[...fixed, ...own].map(({ keys, title }) => (
          <div key={`${keys} ${title}`} className="contents">
            <dt>
              <kbd className="rounded-sm border border-edge bg-canvas px-2 py-0.5 font-mono text-sm whitespace-nowrap">
                {keys}
              </kbd>
            </dt>
            <dd className="text-soft">{title}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
