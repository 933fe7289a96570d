import type { Command } from '../feature.ts';
import { texts } from './texts.ts';

const { shortcuts: words } = texts;

/** All shortcuts, by section; made from the commands, so that none is missing. */
export function ShortcutList({ commands }: { commands: Command[] }) {
  const bySection = Map.groupBy(
    commands.filter(({ shortcut }) => shortcut !== undefined),
    ({ section }) => section,
  );
  return (
    <div className="grid gap-x-12 gap-y-6 md:grid-cols-2">
      <Group
        title={words.everywhere}
        rows={[
          { keys: ['Ctrl K', '⌘ K'], title: texts.searchOrDo },
          { keys: ['Esc'], title: words.escape },
        ]}
      />
      <Group
        title={words.lists}
        rows={[
          { keys: ['/'], title: words.filter },
          { keys: ['j'], title: words.nextRow },
          { keys: ['k'], title: words.previousRow },
          { keys: ['Enter'], title: words.open },
        ]}
      />
      {[...bySection].map(([section, known]) => (
        <Group
          key={section}
          title={section}
          rows={known.map(({ shortcut = '', title }) => ({ keys: [shortcut], title }))}
        />
      ))}
    </div>
  );
}

function Group({ title, rows }: { title: string; rows: { keys: string[]; title: string }[] }) {
  return (
    <section>
      <h3 className="mb-3 text-sm font-medium text-muted">{title}</h3>
      <dl className="flex flex-col gap-2">
        {rows.map((row) => (
          <div key={`${row.keys.join()} ${row.title}`} className="flex items-baseline justify-between gap-4">
            <dt className="min-w-0 text-soft">{row.title}</dt>
            <dd className="flex shrink-0 gap-1">
              {row.keys.map((keys) => (
                <kbd
                  key={keys}
                  className="rounded-sm border border-edge bg-canvas px-2 py-0.5 font-mono text-sm whitespace-nowrap"
                >
                  {keys}
                </kbd>
              ))}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
