import { Dialog } from '@nebula/ui';
import type { Command } from '../feature.ts';
import { ShortcutList } from './shortcut-list.tsx';
import { texts } from './texts.ts';

/** All shortcuts on one sheet. */
export function ShortcutSheet({ commands, onClose }: { commands: Command[]; onClose: () => void }) {
  return (
    <Dialog
      isOpen
      isWide
      onClose={onClose}
      title={texts.shortcuts.page}
      description={texts.shortcuts.description}
    >
      <ShortcutList commands={commands} />
    </Dialog>
  );
}
