import { classNames, Dialog, useSkyPaused } from '@nebula/ui';
import { Link } from '@tanstack/react-router';
import type { Command, CommandTools, NavItem } from '../feature.ts';
import { bySection } from './nav-sections.ts';
import { useShortcutsOff } from './shortcuts.ts';
import { texts } from './texts.ts';
import { theme } from './theme.ts';

/** Props of {@link MoreSheet}. */
export interface MoreSheetProps {
  items: readonly NavItem[];
  commands: Command[];
  tools: CommandTools;
  onClose: () => void;
}

const tile =
  'flex min-h-14 w-full items-center gap-3 rounded-md border border-hairline bg-panel px-3 py-2 text-left font-medium text-ink';

/** Everything that a phone's bar has no room for: all places, how the page looks, the person's own things. */
export function MoreSheet({ items, commands, tools, onClose }: MoreSheetProps) {
  // The switches show these; subscribing draws them anew.
  useSkyPaused();
  useShortcutsOff();
  theme.use();
  const groups = [texts.sections.display, texts.sections.you, texts.sections.help].map((section) => ({
    section,
    commands: commands.filter((command) => command.section === section),
  }));
  return (
    <Dialog isOpen onClose={onClose} title={texts.morePlaces}>
      <nav aria-label={texts.morePlaces} className="flex flex-col gap-4">
        {bySection(items).map(({ section, title, items: places }) => (
          <section key={section} aria-labelledby={`more-${section}`}>
            <Heading id={`more-${section}`}>{title}</Heading>
            <ul className="grid grid-cols-2 gap-2">
              {places.map(({ title: name, icon: Icon, path }) => (
                <li key={path}>
                  <Link
                    to={path}
                    activeOptions={{ exact: path === '/' }}
                    onClick={onClose}
                    className={tile}
                    activeProps={{ className: 'border-accent!' }}
                  >
                    <Icon aria-hidden size={20} strokeWidth={1.75} className="shrink-0 text-link" />
                    <span className="min-w-0 break-words">{name}</span>
                  </Link>
                </li>
              ))}
            </ul>
          </section>
        ))}
      </nav>
      {groups
        .filter((group) => group.commands.length > 0)
        .map((group) => (
          <section key={group.section}>
            <Heading>{group.section}</Heading>
            <ul className="flex flex-col gap-1">
              {group.commands.map((command) => (
                <li key={command.id}>
                  <CommandRow
                    command={command}
                    onChoose={() => {
                      // A switch is often tried twice; everything else leads away.
                      if (command.isOn === undefined) onClose();
                      command.run(tools);
                    }}
                  />
                </li>
              ))}
            </ul>
          </section>
        ))}
    </Dialog>
  );
}

function Heading({ id, children }: { id?: string; children: string }) {
  return (
    <h3 id={id} className="mb-2 text-sm font-medium text-muted">
      {children}
    </h3>
  );
}

function CommandRow({ command, onChoose }: { command: Command; onChoose: () => void }) {
  const isOn = command.isOn?.();
  return (
    <button
      type="button"
      onClick={onChoose}
      {...(isOn === undefined ? {} : { 'aria-pressed': isOn })}
      className="flex min-h-11 w-full items-center gap-3 rounded-md px-3 py-2 text-left text-ink hover:bg-hover"
    >
      <command.icon aria-hidden size={18} className="shrink-0 text-link" />
      <span className="min-w-0 flex-1 break-words">{command.title}</span>
      {isOn !== undefined && (
        <span
          aria-hidden
          className={classNames(
            'flex h-5 w-9 items-center rounded-full border border-edge p-0.5',
            isOn ? 'justify-end bg-primary-fill' : 'bg-canvas',
          )}
        >
          <span className={classNames('size-3.5 rounded-full', isOn ? 'bg-on-fill' : 'bg-soft')} />
        </span>
      )}
    </button>
  );
}
