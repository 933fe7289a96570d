import * as Radix from 'radix-ui/dropdown-menu';
import { useEffect, useRef } from 'react';
import { IconButton } from './button.tsx';
import { classNames } from './class-names.ts';
import type { MenuItem, MenuProps } from './menu.tsx';
import { texts } from './texts.ts';

/** A menu that is open from the start, and its button. */
export function MenuPanel({
  icon,
  label,
  head,
  groups,
  isByKeyboard,
}: MenuProps & { isByKeyboard: boolean }) {
  const content = useRef<HTMLDivElement>(null);
  const chosen = useRef<MenuItem | null>(null);
  useEffect(() => {
    if (!isByKeyboard) return undefined;
    const frame = requestAnimationFrame(() => focusFirst(content.current));
    return () => cancelAnimationFrame(frame);
  }, [isByKeyboard]);
  /** Runs after the button has the focus again, so that a dialog which opens gives it back to the button. */
  function runChosen(): void {
    const item = chosen.current;
    chosen.current = null;
    if (item !== null) setTimeout(item.run);
  }
  return (
    <Radix.Root modal={false} defaultOpen>
      <Radix.Trigger asChild>
        <IconButton icon={icon} label={label} />
      </Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          ref={content}
          aria-label={label}
          onCloseAutoFocus={runChosen}
          align="end"
          sideOffset={6}
          collisionPadding={12}
          className="z-50 max-w-80 min-w-56 animate-fade rounded-lg border border-hairline bg-raised p-2 shadow-panel"
        >
          {head}
          {groups
            .filter((group) => group.length > 0)
            .map((group, index) => (
              <Radix.Group
                key={group[0]?.id}
                className={classNames(index > 0 && 'mt-2 border-t border-hairline pt-2')}
              >
                {group.map((item) => (
                  <Item
                    key={item.id}
                    item={item}
                    onChoose={() => {
                      chosen.current = item;
                    }}
                  />
                ))}
              </Radix.Group>
            ))}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

/** Later openings do this by themselves; at the first one the menu was not there yet to see the key. */
function focusFirst(content: HTMLElement | null): void {
  const item = content?.querySelector('[role^="menuitem"]');
  if (item instanceof HTMLElement) item.focus();
}

const itemShape =
  'flex min-h-11 items-center gap-3 rounded-md px-3 py-2 outline-none select-none md:min-h-9 ' +
  'data-highlighted:bg-hover data-highlighted:outline-2 data-highlighted:-outline-offset-2 data-highlighted:outline-focus ' +
  'data-disabled:text-disabled';

function Item({ item, onChoose }: { item: MenuItem; onChoose: () => void }) {
  const { title, icon: Icon, help, isDisabled = false, isDanger, isChecked } = item;
  const body = (
    <>
      <Icon aria-hidden size={16} className="shrink-0" />
      <span className="flex-1">
        {title}
        {help !== undefined && <span className="block text-sm text-muted">{help}</span>}
      </span>
    </>
  );
  const className = classNames(itemShape, isDanger ? 'text-danger' : 'text-ink');
  if (isChecked === undefined) {
    return (
      <Radix.Item disabled={isDisabled} onSelect={onChoose} className={className}>
        {body}
      </Radix.Item>
    );
  }
  return (
    <Radix.CheckboxItem
      disabled={isDisabled}
      checked={isChecked}
      onCheckedChange={onChoose}
      className={className}
    >
      {body}
      <span aria-hidden className="text-sm text-muted">
        {isChecked ? texts.on : texts.off}
      </span>
    </Radix.CheckboxItem>
  );
}
