import { useMutation } from '@tanstack/react-query';
import { api } from '../../../web/feature.ts';

/** Checks the whole record against its seals. */
export function useVerification() {
  return useMutation({ mutationFn: () => api.audit.verify() });
}
