import { type Pages, type StateChange, stateTopic } from '../../../web/feature.ts';
import type { Container, ContainerDetail, EngineStatus, Usage } from '../contract.ts';
import type { Filter } from './filter.ts';
import { type ContainerRow, patchContainers } from './patch.ts';
import { addUsage, type UsageHistory } from './usage-history.ts';

/** Keys of this feature in the query cache. */
export const keys = {
  all: ['containers'] as const,
  lists: ['containers', 'list'] as const,
  list: (filter: Filter) => ['containers', 'list', filter] as const,
  one: (id: string) => ['containers', 'one', id] as const,
  inspect: (id: string) => ['containers', 'inspect', id] as const,
  choices: ['containers', 'choices'] as const,
  preview: (draft: object) => ['containers', 'preview', draft] as const,
  engine: ['containers', 'engine'] as const,
};

/** Containers as they change; patches every list and page that was loaded. */
export const containerTopic = stateTopic<Container>('containers.container', (changes, client) => {
  for (const query of client.getQueryCache().findAll({ queryKey: keys.lists })) {
    const filter = filterOf(query.queryKey);
    client.setQueryData<Pages<ContainerRow>>(
      query.queryKey,
      (pages) => pages && patchContainers(pages, newest(changes), filter),
    );
  }
  for (const [id, value] of newest(changes)) {
    const before = client.getQueryData<ContainerDetail>(keys.one(id));
    if (before === undefined) continue;
    if (value !== null) client.setQueryData<ContainerDetail>(keys.one(id), { ...before, ...value });
    // What only an inspection tells (its end, health, addresses) has changed with it.
    if (value === null || hasMoved(before, value)) void client.invalidateQueries({ queryKey: keys.one(id) });
  }
});

/** Figures of running containers; not in the query cache, since they change every few seconds. */
export const usageTopic = stateTopic<Usage>('containers.usage', (changes) => {
  for (const { key, value } of changes) {
    if (value === null) histories.delete(key);
    else histories.set(key, addUsage(histories.get(key) ?? [], value));
  }
});

/** Whether the engine answers. */
export const engineTopic = stateTopic<EngineStatus>('containers.engine', (changes, client) => {
  for (const { value } of changes) {
    if (value === null) continue;
    const before = client.getQueryData<EngineStatus>(keys.engine);
    client.setQueryData(keys.engine, value);
    const isBack = value.isReachable && before?.isReachable === false;
    if (isBack) void client.invalidateQueries({ queryKey: keys.all });
  }
});

const histories = new Map<string, UsageHistory>();

/** The figures of a container since this tab was opened, as far as they are kept; renders anew with each figure. */
export function useUsageHistory(id: string): UsageHistory {
  usageTopic.useValue(id);
  return histories.get(id) ?? [];
}

function hasMoved(before: Container, after: Container): boolean {
  return (['name', 'state', 'health', 'exitCode'] as const).some((field) => before[field] !== after[field]);
}

function newest(changes: StateChange<Container>[]): Map<string, Container | null> {
  return new Map(changes.map(({ key, value }) => [key, value]));
}

function filterOf([, , filter]: readonly unknown[]): Filter {
  return typeof filter === 'object' && filter !== null ? filter : {};
}
