import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { api, notify, troubleOf } from '../../../web/feature.ts';
import type { Provider, RecordChange, RecordSet } from '../contract.ts';
import { conflictIn } from './conflict.ts';
import { copy, errorCopy } from './copy.ts';
import { providerCopy } from './provider-copy.ts';
import { changesKey, dnsKey, type Place, recordsKey } from './queries.ts';

/** What is to be written. */
export interface Wanted {
  name: string;
  type: RecordSet['type'];
  ttl: number;
  values: string[];
  expected: string;
}

/** Makes or replaces records; a run does it. */
export function useWrite({ id, zone }: Place) {
  const tell = useTellRun();
  const onConflict = useReadAgain({ id, zone });
  return useMutation({
    mutationFn: (body: Wanted) => api.dns.write({ params: { id, zone }, body }),
    onSuccess: ({ runId }, { name }) => tell(copy.form.begun(name === '@' ? zone : name), runId),
    onError: onConflict,
  });
}

/** Removes records whose name was repeated. */
export function useRemove({ id, zone }: Place) {
  const tell = useTellRun();
  const onConflict = useReadAgain({ id, zone });
  return useMutation({
    mutationFn: (body: { name: string; type: RecordSet['type']; expected: string; typedName: string }) =>
      api.dns.remove({ params: { id, zone }, body }),
    onSuccess: ({ runId }, { name }) => tell(copy.form.removing(name), runId),
    onError: onConflict,
  });
}

/** Puts back what was there before a change. */
export function useUndo({ id, name }: RecordChange) {
  const tell = useTellRun();
  return useMutation({
    mutationFn: () => api.dns.undo({ params: { id } }),
    onSuccess: ({ runId }) => tell(copy.form.undoing(name), runId),
    onError: (error) => {
      const title = conflictIn(error) === null ? copy.failed : copy.conflict.undoRefused;
      tellFailure(title, error);
    },
  });
}

/** After a conflict the list behind the dialog is old. */
function useReadAgain({ id, zone }: Place): (error: unknown) => void {
  const client = useQueryClient();
  return (error) => {
    if (conflictIn(error) !== null) void client.invalidateQueries({ queryKey: [...recordsKey, id, zone] });
  };
}

function useTellRun(): (title: string, runId: string) => void {
  const client = useQueryClient();
  const navigate = useNavigate();
  return (title, runId) => {
    void client.invalidateQueries({ queryKey: changesKey });
    const run = () => void navigate({ to: '/jobs/$id', params: { id: runId } });
    notify({ kind: 'success', title, action: { label: copy.form.seeRun, run } });
  };
}

type ProviderBody = Parameters<typeof api.dns.addProvider>[0]['body'];

/** Keeps a provider, a new one or another version of the one that was seen. */
export function useSaveProvider(seen: Pick<Provider, 'id' | 'updatedAt'> | null) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: ProviderBody) =>
      seen === null
        ? api.dns.addProvider({ body })
        : api.dns.changeProvider({ params: { id: seen.id }, body: { ...body, updatedAt: seen.updatedAt } }),
    onSuccess: ({ name }) => {
      notify({ kind: 'success', title: providerCopy.dialog.saved(name) });
      void client.invalidateQueries({ queryKey: dnsKey });
    },
    // What it is now stands behind the dialog.
    onError: () => void client.invalidateQueries({ queryKey: dnsKey }),
  });
}

/** Tests the connection of a provider. */
export function useCheckProvider({ id, name }: Provider) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => api.dns.checkProvider({ params: { id } }),
    onSuccess: ({ isOk, detail }) => {
      if (isOk) notify({ kind: 'success', title: providerCopy.checked(name), description: detail });
      else notify({ kind: 'error', title: providerCopy.checkFailed(name), description: detail });
      void client.invalidateQueries({ queryKey: dnsKey });
    },
    onError: (error) => tellFailure(providerCopy.checkFailed(name), error),
  });
}

/** Forgets a provider whose name was repeated. */
export function useRemoveProvider({ id, name }: Provider) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (typedName: string) => api.dns.removeProvider({ params: { id }, query: { typedName } }),
    onSuccess: () => {
      notify({ kind: 'success', title: providerCopy.removed(name) });
      void client.invalidateQueries({ queryKey: dnsKey });
    },
  });
}

function tellFailure(title: string, error: unknown): void {
  const { sentence, nextStep } = troubleOf(error, errorCopy);
  notify({ kind: 'error', title, description: `${sentence} ${nextStep}` });
}
