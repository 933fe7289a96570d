import { IconButton, Popover } from '@nebula/ui';
import { useQuery } from '@tanstack/react-query';
import { Bell } from 'lucide-react';
import { lazy, Suspense, useRef, useState } from 'react';
import { copy } from './copy.ts';
import { unreadQuery } from './queries.ts';

const loadPanel = () => import('./bell-panel.tsx');
const BellPanel = lazy(async () => ({ default: (await loadPanel()).BellPanel }));

/** The bell of the top bar: how many notices are unread, and the newest of them. */
export function NoticeBell() {
  const { data } = useQuery(unreadQuery);
  const [isOpen, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const { count, isMore } = data ?? { count: 0, isMore: false };
  const prepare = () => void loadPanel();
  return (
    <span className="relative block">
      <IconButton
        ref={button}
        icon={Bell}
        label={copy.bell(count, isMore)}
        aria-haspopup="dialog"
        aria-expanded={isOpen}
        onPointerEnter={prepare}
        onFocus={prepare}
        onClick={() => setOpen(!isOpen)}
      />
      {count > 0 && (
        <span
          aria-hidden
          className="figures pointer-events-none absolute top-0 right-0 min-w-4 translate-x-0.5 -translate-y-0.5 rounded-full bg-danger-fill px-1 text-center text-xs font-semibold text-on-fill"
        >
          {copy.badge(count, isMore)}
        </span>
      )}
      <Popover isOpen={isOpen} onClose={() => setOpen(false)} label={copy.title} anchor={button}>
        <Suspense>
          <BellPanel onClose={() => setOpen(false)} />
        </Suspense>
      </Popover>
    </span>
  );
}
