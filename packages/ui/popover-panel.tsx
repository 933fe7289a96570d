import * as Radix from 'radix-ui/popover';
import { DialogPanel } from './dialog-panel.tsx';
import { useWideScreen } from './media-query.ts';
import type { PopoverProps } from './popover.tsx';

/** An open popover. */
export function PopoverPanel({ onClose, label, anchor, children }: PopoverProps) {
  if (!useWideScreen()) {
    return (
      <DialogPanel isOpen onClose={onClose} title={label}>
        {children}
      </DialogPanel>
    );
  }
  return (
    <Radix.Root open onOpenChange={(open) => !open && onClose()}>
      <Radix.Anchor virtualRef={{ current: anchored(anchor.current) }} />
      <Radix.Portal>
        <Radix.Content
          aria-label={label}
          align="end"
          sideOffset={10}
          collisionPadding={16}
          onInteractOutside={(event) => {
            // Its own button closes it by itself; closing it here would let the button open it again.
            if (event.target instanceof Node && anchor.current?.contains(event.target))
              event.preventDefault();
          }}
          onCloseAutoFocus={(event) => {
            event.preventDefault();
            anchor.current?.focus();
          }}
          className="z-40 flex max-h-[min(36rem,var(--radix-popover-content-available-height))] w-100 animate-fade flex-col overflow-y-auto rounded-lg border border-hairline bg-raised p-2 shadow-panel outline-none"
        >
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

/** Where the panel stands when its button is gone. */
function anchored(element: HTMLElement | null): { getBoundingClientRect: () => DOMRect } {
  return element ?? { getBoundingClientRect: () => new DOMRect() };
}
