import * as Radix from 'radix-ui/tooltip';
import type { ReactNode } from 'react';

/** Words that appear on hover and focus of `children` (one element that can take focus); never the only place for them. */
export function Tooltip({
  text,
  children,
  side = 'top',
}: {
  text: string;
  children: ReactNode;
  side?: 'top' | 'right';
}) {
  return (
    <Radix.Provider delayDuration={300}>
      <Radix.Root>
        <Radix.Trigger asChild>{children}</Radix.Trigger>
        <Radix.Portal>
          <Radix.Content
            side={side}
            sideOffset={6}
            collisionPadding={12}
            className="z-50 max-w-80 animate-fade rounded-md border border-hairline bg-raised px-3 py-2 text-sm text-ink shadow-panel"
          >
            {text}
          </Radix.Content>
        </Radix.Portal>
      </Radix.Root>
    </Radix.Provider>
  );
}
