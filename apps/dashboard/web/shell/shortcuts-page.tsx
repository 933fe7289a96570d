import { Checkbox, Panel, PanelHeader } from '@nebula/ui';
import { useCommands } from './commands-context.ts';
import { ShortcutList } from './shortcut-list.tsx';
import { setShortcutsOff, useShortcutsOff } from './shortcuts.ts';
import { texts } from './texts.ts';

/** Every key that does something, and the switch for those that are single. */
export function ShortcutsPage() {
  const isOff = useShortcutsOff();
  return (
    <Panel aria-labelledby="shortcuts">
      <PanelHeader id="shortcuts" title={texts.shortcuts.page} description={texts.shortcuts.description} />
      <div className="px-2 pb-4 md:px-4">
        <Checkbox
          label={texts.shortcuts.switch}
          help={texts.shortcuts.switchHelp}
          checked={!isOff}
          onChange={(event) => setShortcutsOff(!event.target.checked)}
        />
      </div>
      <div className="px-4 pb-6 md:px-6">
        <ShortcutList commands={useCommands()} />
      </div>
    </Panel>
  );
}
