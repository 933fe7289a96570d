import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api, signedIn } from '../../../web/feature.ts';
import { usePasskeyOf } from './passkeys.ts';

/** Signs in with a passkey of this browser; `onDone` goes on. */
export function usePasskeySignIn(onDone: () => Promise<void>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async () => {
      const { options } = await api.account.startPasskeySignIn();
      return await api.account.signInWithPasskey({ body: await usePasskeyOf(options) });
    },
    onSuccess: async (answer) => {
      signedIn(client, answer);
      await onDone();
    },
  });
}

/** Sends the browser to the provider; it comes back to `/sign-in/provider`. */
export function useProviderStart() {
  return useMutation({
    mutationFn: (body: { purpose: 'sign-in' | 'link'; invitationToken?: string }) =>
      api.account.startProvider({ body }),
    onSuccess: ({ url }) => window.location.assign(url),
  });
}
