import type { LucideIcon } from 'lucide-react';
import { lazy, type ReactNode, Suspense, useState } from 'react';
import { IconButton } from './button.tsx';

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

/** Props of {@link Menu}: its button, what stands at the head, and groups of items. */
export interface MenuProps {
  icon: LucideIcon;
  /** Name of the button and of the menu. */
  label: string;
  head?: ReactNode;
  groups: MenuItem[][];
}

const load = () => import('./menu-panel.tsx');
const MenuPanel = lazy(async () => ({ default: (await load()).MenuPanel }));

/**
 * A button with a menu below it, with keyboard and type-ahead (WAI-ARIA menu button). The code of menus is fetched when one
 * is first pointed at, since no page needs it to be read.
 */
export function Menu(props: MenuProps) {
  const [wanted, setWanted] = useState<'no' | 'by-keyboard' | 'by-pointer'>('no');
  const { icon, label } = props;
  const prepare = () => void load();
  const button = (
    <IconButton
      icon={icon}
      label={label}
      aria-haspopup="menu"
      aria-expanded={false}
      onPointerEnter={prepare}
      onFocus={prepare}
      onClick={(event) => setWanted(event.detail === 0 ? 'by-keyboard' : 'by-pointer')}
    />
  );
  if (wanted === 'no') return button;
  return (
    <Suspense fallback={button}>
      <MenuPanel {...props} isByKeyboard={wanted === 'by-keyboard'} />
    </Suspense>
  );
}
