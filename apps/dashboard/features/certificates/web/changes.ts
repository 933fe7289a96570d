import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { api, notify, troubleOf } from '../../../web/feature.ts';
import type { Certificate } from '../contract.ts';
import { copy, errorCopy } from './copy.ts';
import { keys } from './live.ts';

type Named = Pick<Certificate, 'id' | 'name'>;

/** Renews a certificate now. */
export function useRenew({ id, name }: Named) {
  return useBegin(id, copy.renew.begun(name), copy.renew.failed, () =>
    api.certificates.renew({ params: { id } }),
  );
}

/** Orders one from here instead of leaving it to the proxy. */
export function useTakeOver({ id, name }: Named) {
  return useBegin(id, copy.takeOver.begun(name), copy.takeOver.failed, () =>
    api.certificates.takeOver({ params: { id } }),
  );
}

/** Leaves it to the proxy again. */
export function useHandBack({ id, name }: Named) {
  return useBegin(id, copy.handBack.begun(name), copy.handBack.failed, () =>
    api.certificates.handBack({ params: { id } }),
  );
}

/** Sees what the domain shows now. */
export function useLook(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => api.certificates.look({ params: { id } }),
    onError: (error) => tellFailure(copy.look.failed, error),
    onSettled: () => {
      void client.invalidateQueries({ queryKey: keys.all });
      void client.invalidateQueries({ queryKey: keys.one(id) });
    },
  });
}

/** Serves domains with a certificate that a person brings; what is wrong with it stands in the form. */
export function useBring() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: Parameters<typeof api.certificates.bring>[0]['body']) =>
      api.certificates.bring({ body }),
    onSuccess: ({ runIds }) => notify({ kind: 'success', title: copy.bring.begun(runIds.length) }),
    onSettled: () => client.invalidateQueries({ queryKey: keys.all }),
  });
}

/** Begins a run and leads to it: it shows each step as it goes. */
function useBegin(id: string, begun: string, failed: string, begin: () => Promise<{ runId: string }>) {
  const client = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: begin,
    onSuccess: ({ runId }) => {
      notify({ kind: 'success', title: begun });
      void navigate({ to: '/jobs/$id', params: { id: runId } });
    },
    onError: (error) => tellFailure(failed, error),
    onSettled: () => client.invalidateQueries({ queryKey: keys.one(id) }),
  });
}

function tellFailure(title: string, error: unknown): void {
  const { sentence, nextStep } = troubleOf(error, errorCopy);
  notify({ kind: 'error', title, description: `${sentence} ${nextStep}` });
}
