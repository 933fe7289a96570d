import { holdSky } from '@nebula/ui';
import { Command as List } from 'cmdk';
import { CircleHelp } from 'lucide-react';
import * as Dialog from 'radix-ui/dialog';
import { useEffect, useState } from 'react';
import type { Command, CommandTools } from '../feature.ts';
import { filterCommands, readPaletteQuery } from './palette-filter.ts';
import { useShownCommands } from './page-commands.ts';
import { useThings } from './palette-things.ts';
import { readRecent, rememberRecent } from './recent-commands.ts';
import { texts } from './texts.ts';

/** Props of {@link Palette}. */
export interface PaletteProps {
  commands: Command[];
  tools: CommandTools;
  onClose: () => void;
}

/** One box from which everything can be reached: `>` commands only, `@` things only, `?` what can be typed. */
export function Palette({ commands, tools, onClose }: PaletteProps) {
  const [typed, setTyped] = useState('');
  const [recent] = useState(readRecent);
  const { mode, text } = readPaletteQuery(typed);
  const { things, isAway } = useThings(mode === 'all' || mode === 'things' ? text : '', tools);
  const own = mode === 'things' ? [] : filterCommands(commandsFor(mode, commands), text, recent);
  const ofPage = new Set(useShownCommands().map(({ id }) => id));
  // What can be done to the thing that is shown comes before what can be done to others, and stands there once.
  const here = own.filter((command) => ofPage.has(command.id) && isNamed(command, text));
  const others = own.filter((command) => !here.includes(command));
  const elsewhere = things.filter(({ id }) => !own.some((command) => command.id === id));
  const modes = mode === 'help' ? modeCommands(setTyped) : [];
  const [chosen, setChosen] = useState('');
  const first = [...modes, ...here, ...elsewhere, ...others][0]?.id ?? '';
  useEffect(() => setChosen(first), [first]);
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
          className="glass fixed inset-0 z-50 animate-fade overflow-hidden pt-[env(safe-area-inset-top)] pb-[env(safe-area-inset-bottom)] md:inset-x-0 md:top-[14vh] md:bottom-auto md:mx-auto md:w-full md:max-w-xl md:rounded-xl md:p-0"
        >
          <Dialog.Title className="sr-only">{texts.searchOrDo}</Dialog.Title>
          <List
            value={chosen}
            onValueChange={setChosen}
            shouldFilter={false}
            loop
            label={texts.searchOrDo}
            className="flex h-full flex-col"
          >
            <div className="flex items-center border-b border-hairline">
              <List.Input
                value={typed}
                onValueChange={setTyped}
                placeholder={texts.palette.placeholder}
                className="h-15 min-w-0 flex-1 bg-transparent px-6 text-lg text-ink outline-none"
              />
              <Dialog.Close className="mr-3 min-h-11 rounded-md px-3 text-sm text-soft hover:bg-hover md:min-h-8">
                {texts.palette.close}
              </Dialog.Close>
            </div>
            {isAway && (
              <p role="status" className="border-b border-hairline px-6 py-2 text-sm text-warning">
                {texts.palette.away}
              </p>
            )}
            <List.List
              label={texts.searchOrDo}
              className="flex-1 overflow-y-auto p-2 md:max-h-[50vh] md:flex-none"
            >
              <List.Empty className="px-4 py-8 text-center text-soft">{texts.palette.nothing}</List.Empty>
              <Entries commands={modes} onChoose={(command) => command.run(tools)} />
              <Entries commands={here} onChoose={choose} />
              <Entries commands={elsewhere} areThings onChoose={choose} />
              <Entries commands={others} onChoose={choose} />
            </List.List>
          </List>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

/** Whether the words stand in the title itself, not only in what explains it. */
function isNamed({ title }: Command, text: string): boolean {
  const name = title.toLowerCase();
  return text
    .toLowerCase()
    .split(/\s+/)
    .every((word) => name.includes(word));
}

/** Help is about the keyboard: commands that have a key, and those that explain. */
function commandsFor(mode: 'all' | 'commands' | 'help' | 'things', commands: Command[]): Command[] {
  if (mode !== 'help') return commands;
  return commands.filter(
    ({ shortcut, section }) => shortcut !== undefined || section === texts.sections.help,
  );
}

function modeCommands(setTyped: (typed: string) => void): Command[] {
  const { commands, things, help } = texts.palette.modes;
  return [commands, things, help].map(({ sign, what }) => ({
    id: `mode.${sign}`,
    title: `${sign}  ${what}`,
    icon: CircleHelp,
    section: texts.palette.help,
    run: () => setTyped(sign),
  }));
}

/** Props of {@link Entries}; the names of things are data. */
interface EntriesProps {
  commands: Command[];
  areThings?: boolean;
  onChoose: (command: Command) => void;
}

function Entries({ commands, areThings = false, onChoose }: EntriesProps) {
  return commands.map((command) => (
    <List.Item
      key={command.id}
      value={command.id}
      onSelect={() => onChoose(command)}
      className="flex min-h-11 cursor-pointer items-center gap-3 rounded-md px-4 py-2 text-ink data-[selected=true]:bg-hover data-[selected=true]:outline-2 data-[selected=true]:-outline-offset-2 data-[selected=true]:outline-focus"
    >
      <command.icon aria-hidden size={18} className="shrink-0 text-link" />
      <span translate={areThings ? 'no' : undefined} className="min-w-0 flex-1">
        <span className="block truncate">{command.title}</span>
        {command.help !== undefined && (
          <span className="block truncate text-sm text-muted">{command.help}</span>
        )}
      </span>
      {command.isOn !== undefined && (
        <span className="text-sm text-soft">{command.isOn() ? texts.palette.on : texts.palette.off}</span>
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
