import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api, notify, troubleOf } from '../../../web/feature.ts';
import type { Run } from '../contract.ts';
import { copy, errorCopy } from './copy.ts';
import { keys } from './live.ts';

/** Stops a run after its current step. */
export function useCancel(id: string) {
  return useRunChange(copy.cancel.failed, () => api.jobs.cancel({ params: { id } }));
}

/** Says whether an unknown step happened. */
export function useResolve(id: string) {
  return useRunChange(copy.resolve.failed, (verdict: 'done' | 'not-done') =>
    api.jobs.resolve({ params: { id }, body: { verdict } }),
  );
}

function useRunChange<Input>(failed: string, change: (input: Input) => Promise<Run>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSuccess: (run) => client.setQueryData(keys.one(run.id), run),
    onError: (error) => {
      const { sentence, nextStep } = troubleOf(error, errorCopy);
      notify({ kind: 'error', title: failed, description: `${sentence} ${nextStep}` });
      void client.invalidateQueries({ queryKey: keys.all });
    },
  });
}

/** Starts a failed job afresh. */
export function useRetry(id: string) {
  return useQueueChange(keys.queue, copy.queue.retry, () => api.jobs.retryQueued({ params: { id } }));
}

/** Takes a job that was given up out of the queue. */
export function useDiscard(id: string) {
  return useQueueChange(keys.queue, copy.queue.discard, () => api.jobs.discardQueued({ params: { id } }));
}

/** Runs a schedule now. */
export function useRunSchedule(name: string) {
  return useQueueChange(keys.schedules, copy.schedules.run, () => api.jobs.runSchedule({ params: { name } }));
}

function useQueueChange(
  queryKey: readonly string[],
  words: { done?: string; failed: string },
  change: () => Promise<unknown>,
) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSuccess: () => {
      if (words.done !== undefined) notify({ kind: 'success', title: words.done });
    },
    onError: (error) => {
      const { sentence, nextStep } = troubleOf(error, errorCopy);
      notify({ kind: 'error', title: words.failed, description: `${sentence} ${nextStep}` });
    },
    onSettled: () => client.invalidateQueries({ queryKey }),
  });
}
