import { useMutation, useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { api, notify, troubleOf, usePages } from '../../../web/feature.ts';
import type { Container } from '../contract.ts';
import { copy, errorCopy } from './copy.ts';
import { keys } from './live.ts';
import type { ContainerRow, Filter } from './patch.ts';

/** Containers by name, page by page. */
export function useContainers(filter: Filter) {
  return usePages<ContainerRow>(keys.list(filter), (cursor, signal) =>
    api.containers.list({ query: { ...filter, cursor, limit: 50 }, signal }),
  );
}

/** One container. */
export function useContainer(id: string) {
  return useQuery({
    queryKey: keys.one(id),
    queryFn: ({ signal }) => api.containers.get({ params: { id }, signal }),
  });
}

/** Whether the engine answers. */
export function useEngine() {
  return useQuery({ queryKey: keys.engine, queryFn: ({ signal }) => api.containers.engine({ signal }) });
}

/** Restarts a container and goes to the run that tells how it goes. */
export function useRestart({ id, name }: Pick<Container, 'id' | 'name'>) {
  const navigate = useNavigate();
  return useMutation({
    mutationFn: () => api.containers.restart({ params: { id } }),
    onSuccess: ({ runId }) => navigate({ to: '/jobs/$id', params: { id: runId } }),
    onError: (error) => {
      const { sentence, nextStep } = troubleOf(error, errorCopy);
      notify({
        kind: 'error',
        title: copy.restart.failed(name),
        description: `${sentence} ${nextStep}`,
      });
    },
  });
}

/** The newest runs of one container; under the key of runs, so that it is renewed with them. */
export function useLastRuns(id: string) {
  return useQuery({
    queryKey: ['jobs', 'last', id],
    queryFn: ({ signal }) => api.jobs.list({ query: { targetId: id, limit: 5 }, signal }),
    refetchOnMount: 'always',
  });
}
