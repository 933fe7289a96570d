import type { ContainerRow } from './patch.ts';

/** Containers of one compose project, or those without one. */
export interface Group {
  project: string | null;
  rows: ContainerRow[];
  running: number;
  stopped: number;
  /** Unhealthy, dead, or failing and started again. */
  trouble: number;
}

/** Puts rows together by project, in the order in which the projects first appear; those without one come last. */
export function groupRows(rows: readonly ContainerRow[]): Group[] {
  const byProject = Map.groupBy(rows, ({ project }) => project);
  const groups = [...byProject].map(([project, ofProject]) => ({
    project,
    rows: ofProject,
    ...countStates(ofProject),
  }));
  return groups.sort((one, other) => Number(one.project === null) - Number(other.project === null));
}

/** Rows and the heads of their groups as one list, without the rows of closed groups. */
export type Line = { kind: 'group'; group: Group; isOpen: boolean } | { kind: 'row'; row: ContainerRow };

/** See {@link Line}. */
export function linesOf(groups: readonly Group[], closed: ReadonlySet<string>): Line[] {
  return groups.flatMap((group) => {
    const isOpen = !closed.has(groupKey(group));
    const rows: Line[] = isOpen ? group.rows.map((row) => ({ kind: 'row', row })) : [];
    return [{ kind: 'group', group, isOpen }, ...rows];
  });
}

/** A project may be called anything, so what has none has a key that none can have. */
export function groupKey({ project }: Pick<Group, 'project'>): string {
  return project === null ? '' : `p${project}`;
}

/** Whether a person should look at it. */
export function isInTrouble({ state, health, exitCode, isOutOfMemory }: ContainerRow): boolean {
  if (state === 'dead' || state === 'restarting' || isOutOfMemory) return true;
  if (state === 'running') return health === 'unhealthy';
  return state === 'exited' && hasFailed(exitCode);
}

/** 143 and 137 are how a stop by hand ends. */
export function hasFailed(exitCode: number | null): boolean {
  return exitCode !== null && ![0, 130, 137, 143].includes(exitCode);
}

function countStates(rows: readonly ContainerRow[]): Pick<Group, 'running' | 'stopped' | 'trouble'> {
  const trouble = rows.filter(isInTrouble).length;
  const running = rows.filter((row) => row.state === 'running' && !isInTrouble(row)).length;
  return { running, trouble, stopped: rows.length - running - trouble };
}
