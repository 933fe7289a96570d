import type { LucideIcon } from 'lucide-react';
import * as Radix from 'radix-ui/dropdown-menu';
import type { ReactNode } from 'react';
import { classNames } from './class-names.ts';

/** One thing that a menu can do. */
export interface MenuItem {
  id: string;
  title: string;
  icon: LucideIcon;
  /** A sentence below the title: what it does that cannot be undone, or why it is off. */
  help?: string | undefined;
  isDisabled?: boolean;
  isDanger?: boolean;
  /** For switches: whether it is on. */
  isChecked?: boolean | undefined;
  run: () => void;
}

/** Props of {@link Menu}: the trigger button, what stands at the head, and groups of items. */
export interface MenuProps {
  trigger: ReactNode;
  label: string;
  head?: ReactNode;
  groups: MenuItem[][];
}

/** A menu below its trigger, with keyboard and type-ahead (WAI-ARIA menu button). */
export function Menu({ trigger, label, head, groups }: MenuProps) {
  return (
    <Radix.Root modal={false}>
      <Radix.Trigger asChild>{trigger}</Radix.Trigger>
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
