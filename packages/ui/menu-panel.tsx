import * as Radix from 'radix-ui/dropdown-menu';
import { IconButton } from './button.tsx';
import { classNames } from './class-names.ts';
import type { MenuItem, MenuProps } from './menu.tsx';

/** A menu that is open from the start, and its button. */
export function MenuPanel({ icon, label, head, groups }: MenuProps) {
  return (
    <Radix.Root modal={false} defaultOpen>
      <Radix.Trigger asChild>
        <IconButton icon={icon} label={label} />
      </Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          aria-label={label}
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
                  <Item key={item.id} item={item} />
                ))}
              </Radix.Group>
            ))}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

const itemShape =
  'flex min-h-11 items-center gap-3 rounded-md px-3 py-2 outline-none select-none md:min-h-9 ' +
  'data-highlighted:bg-hover data-highlighted:outline-2 data-highlighted:-outline-offset-2 data-highlighted:outline-focus ' +
  'data-disabled:text-disabled';

function Item({ item }: { item: MenuItem }) {
  const { title, icon: Icon, help, isDisabled = false, isDanger, isChecked, run } = item;
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
      <Radix.Item disabled={isDisabled} onSelect={run} className={className}>
        {body}
      </Radix.Item>
    );
  }
  return (
    <Radix.CheckboxItem disabled={isDisabled} checked={isChecked} onCheckedChange={run} className={className}>
      {body}
      <span aria-hidden className="text-sm text-muted">
        {isChecked ? 'On' : 'Off'}
      </span>
    </Radix.CheckboxItem>
  );
}
