import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api, notify, troubleOf } from '../../../web/feature.ts';
import { copy, errorCopy } from './copy.ts';
import { volumesKey } from './queries.ts';

/** Has the sizes of all volumes counted anew. */
export function useCount() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => api.volumes.sizes({ query: { isFresh: 'true' } }),
    onSuccess: () => client.invalidateQueries({ queryKey: volumesKey }),
    onError: (error) => tellFailure(copy.countFailed, error),
  });
}

/** Makes an empty volume. */
export function useCreate() {
  return useMutation({
    mutationFn: (name: string) => api.volumes.create({ body: { name } }),
    onSuccess: (_run, name) => notify({ kind: 'success', title: copy.create.begun(name) }),
  });
}

/** Removes a volume with its data; its name was typed. */
export function useRemove(name: string) {
  return useMutation({
    mutationFn: (typed: string) => api.volumes.remove({ params: { name }, body: { name: typed } }),
    onSuccess: () => notify({ kind: 'success', title: copy.remove.begun(name) }),
    onError: (error) => tellFailure(copy.remove.failed, error),
  });
}

function tellFailure(title: string, error: unknown): void {
  const { sentence, nextStep } = troubleOf(error, errorCopy);
  notify({ kind: 'error', title, description: `${sentence} ${nextStep}` });
}
