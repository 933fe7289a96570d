import { holdSky } from '@nebula/ui';
import { Command as List } from 'cmdk';
import * as Dialog from 'radix-ui/dialog';
import { useEffect, useState } from 'react';
import { features } from '../features.ts';
import type { Command, CommandTools } from '../feature.ts';
import { filterCommands, readPaletteQuery } from './palette-filter.ts';
import { readRecent, rememberRecent } from './recent-commands.ts';

const findDelayMs = 150;

/** Props of {@link Palette}. */
export interface PaletteProps {
  commands: Command[];
  tools: CommandTools;
  onClose: () => void;
}

/** One box from which everything can be reached: `>` commands only, `@` things only. */
export function Palette({ commands, tools, onClose }: PaletteProps) {
  const [typed, setTyped] = useState('');
  const [recent] = useState(readRecent);
  const { mode, text } = readPaletteQuery(typed);
  const things = useThings(mode === 'commands' ? '' : text, tools);
  const own = mode === 'things' ? [] : filterCommands(commands, text, recent);
  useEffect(() => holdSky(), []);

  function choose(command: Command): void {
    rememberRecent(command.id);
    onClose();
    command.run(tools);
  }

  return (
    <Dialog.Root open onOpenChange={(open) => !open && onClose()}>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-40 animate-fade bg-scrim" />
        <Dialog.Content
          aria-describedby={undefined}
          className="glass fixed inset-0 z-50 animate-fade overflow-hidden md:inset-x-0 md:top-[14vh] md:bottom-auto md:mx-auto md:w-full md:max-w-xl md:rounded-xl"
        >
          <Dialog.Title className="sr-only">Search or do</Dialog.Title>
          <List shouldFilter={false} loop label="Search or do" className="flex h-full flex-col">
            <div className="flex items-center border-b border-hairline">
              <List.Input
                value={typed}
                onValueChange={setTyped}
                placeholder="Type a command, or @ and a name"
                className="h-15 flex-1 bg-transparent px-6 text-lg text-ink outline-none"
              />
              <Dialog.Close className="mr-3 min-h-11 rounded-md px-3 text-sm text-soft hover:bg-hover md:min-h-8">
                Close
              </Dialog.Close>
            </div>
            <List.List className="flex-1 overflow-y-auto p-2 md:max-h-[50vh] md:flex-none">
              <List.Empty className="px-4 py-8 text-center text-soft">
                Nothing matches. Try fewer letters, or @ for containers.
              </List.Empty>
              <Entries commands={things} onChoose={choose} />
              <Entries commands={own} onChoose={choose} />
            </List.List>
          </List>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function Entries({ commands, onChoose }: { commands: Command[]; onChoose: (command: Command) => void }) {
  return commands.map((command) => (
    <List.Item
      key={command.id}
      value={command.id}
      onSelect={() => onChoose(command)}
      className="flex min-h-11 cursor-pointer items-center gap-3 rounded-md px-4 py-2 text-ink data-[selected=true]:bg-hover data-[selected=true]:outline-2 data-[selected=true]:-outline-offset-2 data-[selected=true]:outline-focus"
    >
      <command.icon aria-hidden size={18} className="shrink-0 text-link" />
      <span className="min-w-0 flex-1">
        <span className="block truncate">{command.title}</span>
        {command.help !== undefined && (
          <span className="block truncate text-sm text-muted">{command.help}</span>
        )}
      </span>
      {command.isOn !== undefined && (
        <span className="text-sm text-soft">{command.isOn() ? 'On' : 'Off'}</span>
      )}
      {command.shortcut !== undefined && (
        <kbd className="rounded-sm border border-hairline px-1.5 font-mono text-xs text-muted">
          {command.shortcut}
        </kbd>
      )}
      <span className="hidden text-xs text-muted md:inline">{command.section}</span>
    </List.Item>
  ));
}

/** What the features know under these words; an unreachable server leaves the commands to work with. */
function useThings(text: string, tools: CommandTools): Command[] {
  const [things, setThings] = useState<Command[]>([]);
  useEffect(() => {
    let isLate = false;
    const timer = setTimeout(async () => {
      if (text === '') {
        setThings([]);
        return;
      }
      const found = await Promise.allSettled(
        features.map(async (feature) => (await feature.find?.(text, tools)) ?? []),
      );
      if (!isLate) setThings(found.flatMap((one) => (one.status === 'fulfilled' ? one.value : [])));
    }, findDelayMs);
    return () => {
      isLate = true;
      clearTimeout(timer);
    };
    // The tools are made anew with each rendering and are the same all the time.
  }, [text]);
  return things;
}
