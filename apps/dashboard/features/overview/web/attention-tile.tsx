import { Button, toneInk } from '@nebula/ui';
import { CircleAlert, CircleCheck, Info, type LucideIcon, TriangleAlert } from 'lucide-react';
import { useState } from 'react';
import { PageLink, useMatterWords } from '../../../web/feature.ts';
import type { Attention, Overview } from '../contract.ts';
import { copy } from './copy.ts';
import { TileFrame } from './tile.tsx';

const words = copy.attention;
const looks: Record<Attention['severity'], { icon: LucideIcon; ink: string }> = {
  critical: { icon: CircleAlert, ink: toneInk('down') },
  warning: { icon: TriangleAlert, ink: toneInk('degraded') },
  notice: { icon: Info, ink: toneInk('neutral') },
};
/** Shown at first; a bad day has many. */
const first = 6;

/** What a person should look at, the gravest first, each with the way to it. */
export function AttentionTile({ attention: { items, unasked } }: { attention: Overview['attention'] }) {
  const [isAll, setAll] = useState(false);
  const shown = isAll ? items : items.slice(0, first);
  return (
    <TileFrame id="attention" description={items.length === 0 ? undefined : words.count(items.length)}>
      {items.length === 0 && unasked.length === 0 && (
        <p className="flex items-center gap-3 px-4 pb-6 md:px-6">
          <CircleCheck aria-hidden size={20} className="shrink-0 text-success" />
          <span>
            <span className="font-medium">{words.none}.</span>{' '}
            <span className="text-soft">{words.noneText}</span>
          </span>
        </p>
      )}
      {items.length > 0 && (
        <ul className="pb-2">
          {shown.map((item) => (
            <Matter key={item.id} item={item} />
          ))}
        </ul>
      )}
      {items.length > shown.length && (
        <Button tone="ghost" className="mx-4 mb-4 self-start" onClick={() => setAll(true)}>
          {words.more(items.length - shown.length)}
        </Button>
      )}
      {unasked.length > 0 && (
        <p role="status" className="px-4 pb-6 text-soft md:px-6">
          {words.unasked(unasked.join(', '))}
        </p>
      )}
    </TileFrame>
  );
}

function Matter({ item: { severity, code, values, sentence, path } }: { item: Attention }) {
  const said = useMatterWords()(code, values);
  const { icon: Icon, ink } = looks[severity];
  return (
    <li className="border-t border-hairline">
      <PageLink
        to={path}
        className="flex min-h-11 items-center gap-3 px-4 py-2.5 hover:bg-raised hover:text-link md:px-6"
      >
        <Icon aria-hidden size={18} className={`shrink-0 ${ink}`} />
        <span className={`w-16 shrink-0 text-sm font-medium ${ink}`}>{words.severities[severity]}</span>
        <span translate={said === null ? 'no' : undefined} className="min-w-0 break-words">
          {said ?? sentence}
        </span>
      </PageLink>
    </li>
  );
}
