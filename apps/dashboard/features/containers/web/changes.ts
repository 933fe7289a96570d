import { useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { api, notify, troubleOf } from '../../../web/feature.ts';
import type { BulkVerb } from '../contract.ts';
import type { Asked, Target, Verb } from './asked.ts';
import { copy, errorCopy } from './copy.ts';

/** What some verbs need besides the container. */
export interface VerbInput {
  signal?: string;
  newName?: string;
  typedName?: string;
  isForced?: boolean;
  volumes?: string[];
}

/** Starts what was asked; a restart leads to the run that tells how it goes, the others show in the list. */
export function useVerb({ verb, target }: Asked) {
  const navigate = useNavigate();
  return useMutation({
    mutationFn: (input: VerbInput) => begin(verb, target, input),
    onSuccess: ({ runId }) => {
      if (verb === 'restart') void navigate({ to: '/jobs/$id', params: { id: runId } });
      else notify({ kind: 'success', title: copy.verbs[verb].begun(target.name) });
    },
    onError: (error) => tellFailure(copy.verbs[verb].failed(target.name), error),
  });
}

function begin(verb: Verb, { id }: Target, input: VerbInput): Promise<{ runId: string }> {
  const params = { id };
  switch (verb) {
    case 'start':
      return api.containers.start({ params });
    case 'stop':
      return api.containers.stop({ params });
    case 'restart':
      return api.containers.restart({ params });
    case 'pause':
      return api.containers.pause({ params });
    case 'unpause':
      return api.containers.unpause({ params });
    case 'kill':
      return api.containers.kill({ params, body: { signal: input.signal } });
    case 'rename':
      return api.containers.rename({ params, body: { name: input.newName ?? '' } });
    case 'remove': {
      const { typedName = '', isForced = false, volumes = [] } = input;
      return api.containers.remove({ params, body: { name: typedName, isForced, volumes } });
    }
    default:
      return verb satisfies never;
  }
}

/** Does the same to all that are selected, and goes to the run that tells which were done. */
export function useBulk() {
  const navigate = useNavigate();
  return useMutation({
    mutationFn: ({ verb, targets }: { verb: BulkVerb; targets: Target[] }) =>
      api.containers.bulk({
        body: { verb, ids: targets.map(({ id }) => id), names: targets.map(({ name }) => name) },
      }),
    onSuccess: ({ runId }) => void navigate({ to: '/jobs/$id', params: { id: runId } }),
    onError: (error) => tellFailure(copy.bulk.failed, error),
  });
}

/** Asks the registries for newer images of all containers. */
export function useCheckUpdates() {
  return useMutation({
    mutationFn: () => api.images.check({ body: {} }),
    onSuccess: () => notify({ kind: 'success', title: copy.checkBegun }),
    onError: (error) => tellFailure(copy.checkFailed, error),
  });
}

/** Asks for an environment with its secrets; the audit remembers it. */
export function useReveal(id: string) {
  return useMutation({
    mutationFn: () => api.containers.reveal({ params: { id } }),
    onError: (error) => tellFailure(copy.environment.revealFailed, error),
  });
}

function tellFailure(title: string, error: unknown): void {
  const { sentence, nextStep } = troubleOf(error, errorCopy);
  notify({ kind: 'error', title, description: `${sentence} ${nextStep}` });
}
