import { useMutation } from '@tanstack/react-query';
import { api, notify, troubleOf } from '../../../web/feature.ts';
import type { Network } from '../contract.ts';
import { copy, errorCopy } from './copy.ts';

/** What a person says of a new network. */
export interface Draft {
  name: string;
  subnet: string;
  gateway: string;
  isInternal: boolean;
}

/** Makes a network. */
export function useCreate() {
  return useMutation({
    mutationFn: ({ name, subnet, gateway, isInternal }: Draft) =>
      api.networks.create({
        body: { name, isInternal, subnet: orNull(subnet), gateway: orNull(gateway) },
      }),
    onSuccess: (_run, { name }) => notify({ kind: 'success', title: copy.create.begun(name) }),
  });
}

/** Removes a network; its name was typed. */
export function useRemove({ id, name }: Network) {
  return useMutation({
    mutationFn: (typed: string) => api.networks.remove({ params: { id }, body: { name: typed } }),
    onSuccess: () => notify({ kind: 'success', title: copy.remove.begun(name) }),
    onError: (error) => tellFailure(copy.remove.failed, error),
  });
}

interface Container {
  id: string;
  name: string;
}

/** Joins a container to a network. */
export function useJoin(id: string) {
  return useMutation({
    mutationFn: (container: Container) =>
      api.networks.connect({ params: { id }, body: { container: container.id } }),
    onSuccess: (_run, { name }) => notify({ kind: 'success', title: copy.detail.joined(name) }),
    onError: (error) => tellFailure(copy.detail.failed, error),
  });
}

/** Takes a container off a network. */
export function useLeave(id: string) {
  return useMutation({
    mutationFn: (container: Container) =>
      api.networks.disconnect({ params: { id }, body: { container: container.id } }),
    onSuccess: (_run, { name }) => notify({ kind: 'success', title: copy.detail.left(name) }),
    onError: (error) => tellFailure(copy.detail.failed, error),
  });
}

function orNull(text: string): string | null {
  return text.trim() === '' ? null : text.trim();
}

function tellFailure(title: string, error: unknown): void {
  const { sentence, nextStep } = troubleOf(error, errorCopy);
  notify({ kind: 'error', title, description: `${sentence} ${nextStep}` });
}
