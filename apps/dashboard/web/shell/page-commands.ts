import { useEffect, useRef, useSyncExternalStore } from 'react';
import type { Command } from '../feature.ts';

const byPage = new Map<symbol, Command[]>();
const listeners = new Set<() => void>();
let all: Command[] = [];

/**
 * Offers commands in the palette (first of all) and by shortcut as long as the component is there: what can be done to the
 * container that is shown, for instance. The same objects may feed the page's menu.
 */
export function usePageCommands(commands: readonly Command[]): void {
  const newest = useRef(commands);
  useEffect(() => {
    newest.current = commands;
  });
  const names = JSON.stringify(commands.map(({ id, title, help }) => [id, title, help]));
  useEffect(() => {
    const page = Symbol('page');
    // What runs is the command of the last rendering, which knows the newest state.
    const offered = newest.current.map((command) => ({
      ...command,
      run: (tools: Parameters<Command['run']>[0]) =>
        newest.current.find(({ id }) => id === command.id)?.run(tools),
    }));
    byPage.set(page, offered);
    tell();
    return () => {
      byPage.delete(page);
      tell();
    };
  }, [names]);
}

/** The commands of what is shown just now. */
export function useShownCommands(): Command[] {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => all,
  );
}

function tell(): void {
  all = [...byPage.values()].flat();
  for (const listener of [...listeners]) listener();
}
