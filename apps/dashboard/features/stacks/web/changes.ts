import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { api, notify, troubleOf } from '../../../web/feature.ts';
import type { FileChange, StackVerb } from '../contract.ts';
import { copy, errorCopy } from './copy.ts';
import { keys } from './live.ts';

/** Shows a run on the page of its stack, where a reload finds it again. */
export function useShowRun(): (name: string, runId: string) => void {
  const navigate = useNavigate();
  const client = useQueryClient();
  return (name, run) => {
    void client.invalidateQueries({ queryKey: keys.all });
    void navigate({ to: '/stacks/$name', params: { name }, search: { run } });
  };
}

/** Starts a verb about a stack, or about some of its services. */
export function useStackVerb(name: string) {
  const show = useShowRun();
  return useMutation({
    mutationFn: ({ verb, services = [] }: { verb: StackVerb; services?: string[] }) =>
      begin(name, verb, services),
    onSuccess: ({ runId }) => show(name, runId),
    onError: (error, { verb }) => tellFailure(copy.verbs[verb].failed, error),
  });
}

function begin(name: string, verb: StackVerb, services: string[]): Promise<{ runId: string }> {
  const params = { name };
  switch (verb) {
    case 'up':
      return api.stacks.up({ params, body: { services } });
    case 'start':
      return api.stacks.start({ params, body: { services } });
    case 'stop':
      return api.stacks.stop({ params, body: { services } });
    case 'restart':
      return api.stacks.restart({ params, body: { services } });
    case 'down':
      return api.stacks.down({ params });
    case 'pull':
      return api.stacks.pull({ params });
    default:
      return verb satisfies never;
  }
}

/** Brings a stack up as its files say, on the word of an administrator where the gate asks for it. */
export function useBringUp(name: string) {
  const show = useShowRun();
  return useMutation({
    mutationFn: ({ files, agreed }: { files: FileChange[]; agreed: string | undefined }) =>
      api.stacks.up({ params: { name }, body: { files, ...(agreed === undefined ? {} : { agreed }) } }),
    onSuccess: ({ runId }) => show(name, runId),
  });
}

/** Writes files without applying them. */
export function useSave(name: string) {
  const show = useShowRun();
  return useMutation({
    mutationFn: (files: FileChange[]) => api.stacks.save({ params: { name }, body: { files } }),
    onSuccess: ({ runId }) => show(name, runId),
  });
}

/** Opens a file with its secrets; the audit remembers it. */
export function useOpenFile(name: string) {
  return useMutation({
    mutationFn: (file: string) => api.stacks.open({ params: { name, file } }),
    onError: (error) => tellFailure(copy.files.failed, error),
  });
}

/** Copies the files of a stack from elsewhere. */
export function useImport(name: string) {
  const show = useShowRun();
  return useMutation({
    mutationFn: () => api.stacks.import({ params: { name } }),
    onSuccess: ({ runId }) => show(name, runId),
    onError: (error) => tellFailure(copy.files.failed, error),
  });
}

/** Writes the files of a version again. */
export function useRestore(name: string) {
  const show = useShowRun();
  return useMutation({
    mutationFn: (id: string) => api.stacks.restore({ params: { name, id } }),
    onSuccess: ({ runId }) => show(name, runId),
    onError: (error) => tellFailure(copy.versions.restoreFailed, error),
  });
}

function tellFailure(title: string, error: unknown): void {
  const { sentence, nextStep } = troubleOf(error, errorCopy);
  notify({ kind: 'error', title, description: `${sentence} ${nextStep}` });
}
