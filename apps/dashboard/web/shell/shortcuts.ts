import { useEffect, useRef, useSyncExternalStore } from 'react';
import type { Command, CommandTools } from '../feature.ts';

/** Longest pause between the keys of one shortcut. */
const pauseMs = 1200;
const storageKey = 'nebula-single-keys-off';
const listeners = new Set<() => void>();
let isOff = readOff();

/** Whether single-key shortcuts are off (WCAG 2.1.4 asks for the switch). */
export function areShortcutsOff(): boolean {
  return isOff;
}

/** Turns single-key shortcuts off or on and remembers it. */
export function setShortcutsOff(next: boolean): void {
  isOff = next;
  try {
    localStorage.setItem(storageKey, next ? 'yes' : 'no');
  } catch {
    // Storage can be forbidden; the choice then lasts until the page is left.
  }
  for (const listener of listeners) listener();
}

/** {@link areShortcutsOff} for components: renders anew when it changes. */
export function useShortcutsOff(): boolean {
  return useSyncExternalStore((listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, areShortcutsOff);
}

/** What the keys typed so far amount to: a command, the beginning of one, or nothing. */
export function matchKeys(commands: readonly Command[], typed: readonly string[]): Command | 'begun' | null {
  const keys = typed.join(' ');
  const exact = commands.find(({ shortcut }) => shortcut === keys);
  if (exact !== undefined) return exact;
  return commands.some(({ shortcut }) => shortcut?.startsWith(`${keys} `)) ? 'begun' : null;
}

/** Runs commands by their shortcuts, and the palette by Ctrl or ⌘ K; never while somebody types. */
export function useShortcuts(commands: Command[], tools: CommandTools): void {
  const current = useRef({ commands, tools });
  useEffect(() => {
    current.current = { commands, tools };
  });
  useEffect(() => {
    let typed: string[] = [];
    let timer: ReturnType<typeof setTimeout> | undefined;
    function hear(event: KeyboardEvent): void {
      const { commands: known, tools: given } = current.current;
      if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === 'k') {
        event.preventDefault();
        known.find(({ id }) => id === 'shell.palette')?.run(given);
        return;
      }
      if (isOff || event.ctrlKey || event.metaKey || event.altKey || busyPart(event.target) !== null) return;
      if (event.key === '/' && focusFilter()) {
        event.preventDefault();
        return;
      }
      clearTimeout(timer);
      const found = matchKeys(known, [...typed, event.key]) ?? matchKeys(known, [event.key]);
      typed = found === 'begun' ? [...typed, event.key] : [];
      timer = setTimeout(() => {
        typed = [];
      }, pauseMs);
      if (found === null || found === 'begun') return;
      event.preventDefault();
      found.run(given);
    }
    document.addEventListener('keydown', hear);
    return () => {
      clearTimeout(timer);
      document.removeEventListener('keydown', hear);
    };
  }, []);
}

/** What has the keys to itself: a control in which somebody types, or an open menu or dialog; null when there is none. */
export function busyPart(target: EventTarget | null): Element | null {
  if (!(target instanceof Element)) return null;
  return target.closest('input, textarea, select, [contenteditable], [role="menu"], [role="dialog"]');
}

function focusFilter(): boolean {
  const box = document.querySelector('main input[type="search"]');
  if (!(box instanceof HTMLInputElement)) return false;
  box.focus();
  return true;
}

function readOff(): boolean {
  try {
    return globalThis.localStorage?.getItem(storageKey) === 'yes';
  } catch {
    // Storage can be forbidden; shortcuts are then on, as for a first visitor.
    return false;
  }
}
