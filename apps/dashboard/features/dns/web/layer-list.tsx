import { classNames } from '@nebula/ui';
import { CircleCheck, CircleDashed, CircleX, type LucideIcon, Minus } from 'lucide-react';
import type { CheckReport } from '../contract.ts';
import { providerCopy as words } from './provider-copy.ts';

type Layer = CheckReport['layers'][number];

const looks: Record<Layer['state'], { icon: LucideIcon; ink: string }> = {
  ok: { icon: CircleCheck, ink: 'text-success' },
  failed: { icon: CircleX, ink: 'text-danger' },
  'not-reached': { icon: CircleDashed, ink: 'text-muted' },
  'not-used': { icon: Minus, ink: 'text-muted' },
};

/** How far a connection came, layer by layer. */
export function LayerList({ name, layers }: { name: string; layers: Layer[] }) {
  return (
    <ol aria-label={words.layersOf(name)} className="flex flex-wrap gap-x-4 gap-y-1 text-sm">
      {layers.map(({ layer, state }) => {
        const { icon: Icon, ink } = looks[state];
        return (
          <li
            key={layer}
            className={classNames('inline-flex items-center gap-1', state === 'failed' && 'font-semibold')}
          >
            <Icon aria-hidden size={14} className={ink} />
            {words.layers[layer]} <span className="sr-only">{words.layerStates[state]}</span>
          </li>
        );
      })}
    </ol>
  );
}

/** The layers that an error of a refused provider names as `layer:state`. */
export function layersIn(data: unknown): Layer[] {
  if (!Array.isArray(data)) return [];
  return data.flatMap((text) => {
    const [name = '', state = ''] = String(text).split(':');
    const layer = layerNames.find((one) => one === name);
    const known = stateNames.find((one) => one === state);
    return layer === undefined || known === undefined ? [] : [{ layer, state: known }];
  });
}

const layerNames = ['name', 'connect', 'tls', 'answer', 'sign-in', 'right', 'zone'] as const;
const stateNames = ['ok', 'failed', 'not-reached', 'not-used'] as const;
