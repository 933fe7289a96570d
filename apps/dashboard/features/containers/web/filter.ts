import type { Search } from '../../../web/feature.ts';
import type { ContainerState, Health } from '../contract.ts';
import type { UpdateState } from '../../images/contract.ts';

/** Orders of the list. */
export const sorts = ['name', 'cpu', 'memory', 'state'] as const;
export type Sort = (typeof sorts)[number];

/** What the list of containers is narrowed to, and its order. */
export type Filter = {
  search?: string | undefined;
  state?: ContainerState | undefined;
  health?: Health | undefined;
  project?: string | undefined;
  update?: UpdateState | undefined;
  sort?: Sort | undefined;
};

/** What stands in the address: the filter, and whether projects are told apart. */
export type Place = Filter & { group?: 'no' | undefined };

const states: readonly ContainerState[] = [
  ...(['created', 'running', 'paused', 'restarting'] as const),
  ...(['removing', 'exited', 'dead'] as const),
];
/** Kinds of health, for the filter. */
export const healths: readonly Health[] = ['healthy', 'unhealthy', 'starting', 'none'];
/** What may be known of a newer image, for the filter. */
export const updateStates: readonly UpdateState[] = [
  ...(['available', 'current', 'failed'] as const),
  ...(['pinned', 'local', 'unchecked'] as const),
];

/** Takes the filter from the address; what is not valid is left out. */
export function readPlace(words: Search): Place {
  const { search, state, health, project, update, sort, group } = words;
  return {
    search: search === '' ? undefined : search?.slice(0, 100),
    state: oneOf(states, state),
    health: oneOf(healths, health),
    project: project === '' ? undefined : project?.slice(0, 255),
    update: oneOf(updateStates, update),
    sort: oneOf(sorts, sort),
    group: group === 'no' ? 'no' : undefined,
  };
}

/** The part of the place that the server is asked with. */
export function filterOf({ group: _group, ...filter }: Place): Filter {
  return filter;
}

/** Takes one of the words that are known. */
export function oneOf<T extends string>(known: readonly T[], word: string | undefined): T | undefined {
  return known.find((one) => one === word);
}
