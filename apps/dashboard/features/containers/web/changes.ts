import { useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { api, notify, troubleOf } from '../../../web/feature.ts';
import type { Container } from '../contract.ts';
import { copy, errorCopy } from './copy.ts';

/** Restarts a container and goes to the run that tells how it goes. */
export function useRestart({ id, name }: Pick<Container, 'id' | 'name'>) {
  const navigate = useNavigate();
  return useMutation({
    mutationFn: () => api.containers.restart({ params: { id } }),
    onSuccess: ({ runId }) => navigate({ to: '/jobs/$id', params: { id: runId } }),
    onError: (error) => {
      const { sentence, nextStep } = troubleOf(error, errorCopy);
      notify({
        kind: 'error',
        title: copy.restart.failed(name),
        description: `${sentence} ${nextStep}`,
      });
    },
  });
}
