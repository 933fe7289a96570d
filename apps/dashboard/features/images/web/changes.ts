import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api, notify, troubleOf } from '../../../web/feature.ts';
import { useNavigate } from '@tanstack/react-router';
import type { Image, RegistryLogin } from '../contract.ts';
import { copy, errorCopy } from './copy.ts';
import { loginsKey } from './queries.ts';

/** Asks the registries now. */
export function useCheck() {
  return useMutation({
    mutationFn: () => api.images.check({ body: {} }),
    onSuccess: () => notify({ kind: 'success', title: copy.checkBegun }),
    onError: (error) => tellFailure(copy.checkFailed, error),
  });
}

/** Keeps a login once its registry has taken it. */
export function useSaveLogin() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: { registry: string; username: string; password: string }) =>
      api.images.saveLogin({ body }),
    onSuccess: ({ registry }) => {
      notify({ kind: 'success', title: copy.logins.saved(registry) });
      void client.invalidateQueries({ queryKey: loginsKey });
    },
  });
}

/** Forgets a login. */
export function useRemoveLogin({ id, registry }: RegistryLogin) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => api.images.removeLogin({ params: { id } }),
    onSuccess: () => {
      notify({ kind: 'success', title: copy.logins.removed(registry) });
      void client.invalidateQueries({ queryKey: loginsKey });
    },
    onError: (error) => tellFailure(copy.logins.failed, error),
  });
}

/** Fetches an image. */
export function usePull() {
  return useMutation({
    mutationFn: (image: string) => api.images.pull({ body: { image } }),
    onSuccess: (_run, image) => notify({ kind: 'success', title: copy.pull.begun(image) }),
  });
}

/** Gives an image a further name. */
export function useTag({ id, name: known }: Image) {
  return useMutation({
    mutationFn: (name: string) => api.images.tag({ params: { id }, body: { name } }),
    onSuccess: () => notify({ kind: 'success', title: copy.tag.begun(known) }),
  });
}

/** Removes an image; its name is repeated where it is the only copy. */
export function useRemoveImage({ id, name }: Image) {
  return useMutation({
    mutationFn: (repeated: string) => api.images.remove({ params: { id }, body: { name: repeated } }),
    onSuccess: () => notify({ kind: 'success', title: copy.remove.begun(name) }),
    onError: (error) => tellFailure(copy.failed, error),
  });
}

/** Removes exactly these images and goes to the run that tells how far it is. */
export function useRemoveUnused() {
  const navigate = useNavigate();
  return useMutation({
    mutationFn: (ids: string[]) => api.images.removeUnused({ body: { ids } }),
    onSuccess: ({ runId }) => void navigate({ to: '/jobs/$id', params: { id: runId } }),
    onError: (error) => tellFailure(copy.failed, error),
  });
}

function tellFailure(title: string, error: unknown): void {
  const { sentence, nextStep } = troubleOf(error, errorCopy);
  notify({ kind: 'error', title, description: `${sentence} ${nextStep}` });
}
