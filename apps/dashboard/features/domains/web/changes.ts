import { ApiError } from '@nebula/contract/client';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { api, notify, troubleOf } from '../../../web/feature.ts';
import type { Domain } from '../contract.ts';
import { copy, errorCopy } from './copy.ts';
import { keys } from './live.ts';

type Named = Pick<Domain, 'id' | 'name'>;

/** Brings a domain to working HTTPS; its page follows the run. */
export function useProvision({ id, name }: Named) {
  return useBegin(id, copy.provision.begun(name), copy.provision.failed(name), (replacesRecords: boolean) =>
    api.domains.provision({ params: { id }, body: { replacesRecords } }),
  );
}

/** Gets another certificate now. */
export function useRenew({ id, name }: Named) {
  const words = copy.certificate.renew;
  return useBegin(id, words.begun(name), words.failed, () => api.domains.renew({ params: { id } }));
}

/** Takes a domain down whose name was typed; the run tells how it goes. */
export function useRemove({ id, name }: Named) {
  const navigate = useNavigate();
  return useBegin(
    id,
    copy.remove.begun(name),
    copy.remove.failed(name),
    (typed: string) => api.domains.remove({ params: { id }, query: { name: typed } }),
    // The dialog may be gone by now: the domain tells that it is being removed before the answer is here.
    ({ runId }) => void navigate({ to: '/jobs/$id', params: { id: runId } }),
  );
}

/** Looks at a domain now, layer by layer. */
export function useCheck(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => api.domains.check({ params: { id } }),
    onError: (error) => tellFailure(copy.health.failed, error),
    onSettled: () => {
      void client.invalidateQueries({ queryKey: keys.one(id) });
      void client.invalidateQueries({ queryKey: keys.lists });
    },
  });
}

/** Asks every name server what it shows. */
export function useVerifyDns(id: string) {
  return useMutation({
    mutationFn: () => api.domains.verifyDns({ params: { id } }),
    onError: (error) => tellFailure(copy.dns.failed, error),
  });
}

/** What can be changed of a domain. */
export type DomainChange = Omit<Parameters<typeof api.domains.update>[0]['body'], 'version'>;

/**
 * Saves a change on the version that was seen; when somebody else was faster, `conflict` is true, nothing is lost and
 * the newest version is loaded.
 */
export function useSave({ id, name }: Named) {
  const client = useQueryClient();
  const save = useMutation({
    mutationFn: ({ version, change }: { version: number; change: DomainChange }) =>
      api.domains.update({ params: { id }, body: { version, ...change } }),
    onSuccess: (domain) => {
      client.setQueryData(keys.one(id), domain);
      notify({ kind: 'success', title: copy.route.saved(name) });
    },
    onError: (error) => {
      if (isConflict(error)) void client.invalidateQueries({ queryKey: keys.one(id) });
    },
  });
  return { ...save, isConflict: isConflict(save.error) };
}

function isConflict(error: unknown): boolean {
  return error instanceof ApiError && error.code === 'CHANGED_MEANWHILE';
}

function useBegin<Input>(
  id: string,
  begun: string,
  failed: string,
  begin: (input: Input) => Promise<{ runId: string }>,
  follow: (started: { runId: string }) => void = () => undefined,
) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: begin,
    onSuccess: (started) => {
      notify({ kind: 'success', title: begun });
      follow(started);
    },
    onError: (error) => tellFailure(failed, error),
    onSettled: () => client.invalidateQueries({ queryKey: keys.one(id) }),
  });
}

function tellFailure(title: string, error: unknown): void {
  const { sentence, nextStep } = troubleOf(error, errorCopy);
  notify({ kind: 'error', title, description: `${sentence} ${nextStep}` });
}
