import { lazy, type ReactNode, type RefObject, Suspense } from 'react';

/** Props of {@link Popover}. */
export interface PopoverProps {
  isOpen: boolean;
  onClose: () => void;
  /** Its name, for screen readers and as the title of the sheet. */
  label: string;
  /** The button that it belongs to; it stands below it and gives the focus back to it. */
  anchor: RefObject<HTMLElement | null>;
  children: ReactNode;
}

const PopoverPanel = lazy(async () => ({ default: (await import('./popover-panel.tsx')).PopoverPanel }));

/**
 * A small panel below its button; on a phone a sheet from below. Esc and a click beside it close it. Its code is fetched when
 * the first one opens.
 */
export function Popover(props: PopoverProps) {
  if (!props.isOpen) return null;
  return (
    <Suspense>
      <PopoverPanel {...props} />
    </Suspense>
  );
}
