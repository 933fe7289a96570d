import { copy } from './copy.ts';

/** What the tour knows of the person's own machine. */
export interface Seen {
  all: number;
  running: number;
  /** The container that the tour opens; null when there is none. */
  example: { id: string; name: string } | null;
  /** Name of one that is not well. */
  troubled: string | null;
  mayAudit: boolean;
  isPhone: boolean;
}

/** One step: what it says, and the page on which it is said; null to stay. */
export interface TourStep {
  id: string;
  title: string;
  text: string;
  path: string | null;
}

/** The five things worth knowing, told on what is there. */
export function tourSteps({ all, running, example, troubled, mayAudit, isPhone }: Seen): TourStep[] {
  const { runs, look, restart, audit, everywhere } = copy;
  const page = example === null ? null : `/containers/${example.id}`;
  const trouble = troubled === null ? '' : ` ${runs.trouble(troubled)}`;
  return [
    { id: 'runs', title: runs.title, text: `${runs.text(running, all)}${trouble}`, path: '/containers' },
    {
      id: 'look',
      title: look.title,
      text: example === null ? look.none : look.text(example.name),
      path: page,
    },
    {
      id: 'restart',
      title: restart.title,
      text: example === null ? restart.none : restart.text(example.name),
      path: page,
    },
    {
      id: 'audit',
      title: audit.title,
      text: mayAudit ? audit.text : audit.notYours,
      path: mayAudit ? '/audit' : null,
    },
    {
      id: 'everywhere',
      title: everywhere.title,
      text: isPhone ? everywhere.phone : everywhere.text,
      path: null,
    },
  ];
}

/** Chooses what the tour shows: one that runs well to open, and one that does not feel well to name. */
export function seenIn(
  containers: readonly { id: string; name: string; state: string; health: string }[],
): Pick<Seen, 'all' | 'running' | 'example' | 'troubled'> {
  const isTroubled = ({ state, health }: { state: string; health: string }) =>
    health === 'unhealthy' || state === 'dead' || state === 'restarting';
  const running = containers.filter(({ state }) => state === 'running');
  const example = running.find((one) => !isTroubled(one)) ?? containers[0];
  return {
    all: containers.length,
    running: running.length,
    example: example === undefined ? null : { id: example.id, name: example.name },
    troubled: containers.find(isTroubled)?.name ?? null,
  };
}
