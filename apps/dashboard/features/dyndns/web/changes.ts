import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { api, notify, troubleOf } from '../../../web/feature.ts';
import type { LedName, RouterToken } from '../contract.ts';
import { copy, errorCopy } from './copy.ts';
import { ddclientQuery, dyndnsKey } from './queries.ts';

function useRenew(): () => void {
  const client = useQueryClient();
  return () => void client.invalidateQueries({ queryKey: dyndnsKey });
}

/** Makes a token. */
export function useMakeToken() {
  const renew = useRenew();
  return useMutation({
    mutationFn: (body: { label: string; names: string[] }) => api.dyndns.makeToken({ body }),
    onSuccess: renew,
  });
}

/** Makes a token stop working. */
export function useRevokeToken({ id, label }: RouterToken) {
  const renew = useRenew();
  return useMutation({
    mutationFn: () => api.dyndns.revokeToken({ params: { id } }),
    onSuccess: () => {
      notify({ kind: 'success', title: copy.tokens.revoked(label) });
      renew();
    },
    onError: tellFailure,
  });
}

/** Lets a name follow this machine. */
export function useAddName() {
  const renew = useRenew();
  return useMutation({
    mutationFn: (name: string) => api.dyndns.addName({ body: { name } }),
    onSuccess: ({ name }) => {
      notify({ kind: 'success', title: copy.names.added(name) });
      renew();
    },
  });
}

/** Lets a name follow no more. */
export function useRemoveName({ id, name }: LedName) {
  const renew = useRenew();
  return useMutation({
    mutationFn: () => api.dyndns.removeName({ params: { id } }),
    onSuccess: () => {
      notify({ kind: 'success', title: copy.names.removed(name) });
      renew();
    },
    onError: tellFailure,
  });
}

/** Takes names over from ddclient. */
export function useTakeOver() {
  const renew = useRenew();
  return useMutation({
    mutationFn: (body: {
      index: number;
      fingerprint: string;
      providerId: string | null;
      providerName: string;
    }) => api.dyndns.takeOver({ body }),
    onSuccess: ({ isStillRunning, names }) => {
      const { done, doneRunning, taken } = copy.ddclient;
      const title = isStillRunning ? doneRunning : done;
      notify({ kind: 'success', title, description: taken(names.join(', ')) });
    },
    onSettled: renew,
  });
}

/** Stops the unit of ddclient; a run does it. */
export function useStopUnit(unit: string) {
  const client = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: () => api.system.stopUnit({ params: { unit } }),
    onSuccess: ({ runId }) => {
      const run = () => void navigate({ to: '/jobs/$id', params: { id: runId } });
      notify({
        kind: 'success',
        title: copy.ddclient.stopping,
        action: { label: copy.ddclient.seeRun, run },
      });
    },
    onError: tellFailure,
    onSettled: () => void client.invalidateQueries({ queryKey: ddclientQuery.queryKey }),
  });
}

function tellFailure(error: unknown): void {
  const { sentence, nextStep } = troubleOf(error, errorCopy);
  notify({ kind: 'error', title: copy.failed, description: `${sentence} ${nextStep}` });
}
