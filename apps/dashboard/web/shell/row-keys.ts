import { type RefObject, useEffect, useRef } from 'react';
import { areShortcutsOff, busyPart } from './shortcuts.ts';

/**
 * Lets `j` and `k` go through the rows inside an element: the first link or button of each row takes the focus, so that Enter
 * opens it. Rows are those of tables and whatever is marked with `data-row`. Off with the single-key shortcuts.
 */
export function useRowKeys<T extends HTMLElement>(): RefObject<T | null> {
  const place = useRef<T>(null);
  useEffect(() => {
    function hear(event: KeyboardEvent): void {
      const step = event.key === 'j' ? 1 : event.key === 'k' ? -1 : 0;
      if (step === 0 || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
      if (place.current === null || areShortcutsOff()) return;
      const busy = busyPart(event.target);
      if (busy !== null && !busy.contains(place.current)) return;
      const rows = [...place.current.querySelectorAll('tbody tr, [data-row]')];
      const at = rows.findIndex((row) => row.contains(document.activeElement));
      const next = rows[at === -1 ? (step === 1 ? 0 : rows.length - 1) : at + step];
      const target = next?.querySelector('a[href], button:not(:disabled)');
      if (!(target instanceof HTMLElement)) return;
      event.preventDefault();
      target.focus();
      next?.scrollIntoView({ block: 'nearest' });
    }
    document.addEventListener('keydown', hear);
    return () => document.removeEventListener('keydown', hear);
  }, []);
  return place;
}
