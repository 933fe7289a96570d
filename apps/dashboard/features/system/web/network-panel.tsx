import {
  Cell,
  type Column,
  formatBytes,
  Panel,
  PanelHeader,
  Row,
  StatusPill,
  Table,
  type Tone,
  useWideScreen,
} from '@nebula/ui';
import { CircleCheck, CircleHelp, CircleStop, type LucideIcon } from 'lucide-react';
import type { Sample } from '../contract.ts';
import { copy } from './copy.ts';

type Link = Sample['interfaces'][number];

const words = copy.network;
const columns: Column[] = [
  { id: 'name', title: words.name },
  { id: 'state', title: words.state, width: 'w-44' },
  { id: 'receives', title: words.receives, width: 'w-32', align: 'right' },
  { id: 'sends', title: words.sends, width: 'w-32', align: 'right' },
  { id: 'errors', title: words.errors, width: 'w-36', align: 'right' },
];
const looks: Record<Link['state'], { tone: Tone; icon: LucideIcon }> = {
  up: { tone: 'up', icon: CircleCheck },
  down: { tone: 'paused', icon: CircleStop },
  unknown: { tone: 'neutral', icon: CircleHelp },
};
const rate = (bytes: number) => copy.perSecond(formatBytes(bytes));

/** What goes through each interface. */
export function NetworkPanel({ interfaces }: { interfaces: Link[] }) {
  const isWide = useWideScreen();
  return (
    <Panel aria-labelledby="system-network">
      <PanelHeader id="system-network" title={words.title} />
      {interfaces.length === 0 ? (
        <p className="px-4 pb-6 text-soft md:px-6">{words.none}</p>
      ) : isWide ? (
        <Table label={words.title} columns={columns}>
          {interfaces.map((link) => (
            <Row key={link.name}>
              <Cell>
                <Name link={link} />
              </Cell>
              <Cell>
                <State link={link} />
              </Cell>
              <Cell align="right" className="figures">
                {rate(link.receivedBytesPerSecond)}
              </Cell>
              <Cell align="right" className="figures">
                {rate(link.sentBytesPerSecond)}
              </Cell>
              <Cell align="right" className="figures text-soft">
                {words.errorsValue(link.errors, link.dropped)}
              </Cell>
            </Row>
          ))}
        </Table>
      ) : (
        <ul aria-label={words.title}>
          {interfaces.map((link) => (
            <li key={link.name} className="flex flex-col gap-2 border-t border-hairline p-4">
              <div className="flex items-start justify-between gap-3">
                <Name link={link} />
                <State link={link} />
              </div>
              <dl className="figures grid grid-cols-3 gap-2 text-sm">
                <Pair term={words.receives} value={rate(link.receivedBytesPerSecond)} />
                <Pair term={words.sends} value={rate(link.sentBytesPerSecond)} />
                <Pair term={words.errors} value={words.errorsValue(link.errors, link.dropped)} />
              </dl>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}

function Pair({ term, value }: { term: string; value: string }) {
  return (
    <div className="min-w-0">
      <dt className="truncate text-muted">{term}</dt>
      <dd>{value}</dd>
    </div>
  );
}

function Name({ link }: { link: Link }) {
  const isGroup = link.kind === 'containers';
  return (
    <span className="flex min-w-0 flex-col">
      <span translate={isGroup ? undefined : 'no'} className="truncate font-semibold">
        {isGroup ? words.kinds.containers : link.name}
      </span>
      <span className="truncate text-sm text-muted">
        {isGroup ? words.containers(link.members) : words.kinds[link.kind]}
      </span>
    </span>
  );
}

function State({ link }: { link: Link }) {
  const { tone, icon } = looks[link.state];
  return (
    <span className="flex flex-wrap items-center gap-2">
      <StatusPill tone={tone} icon={icon}>
        {words.states[link.state]}
      </StatusPill>
      {link.speed !== null && <span className="figures text-sm text-muted">{words.speed(link.speed)}</span>}
    </span>
  );
}
