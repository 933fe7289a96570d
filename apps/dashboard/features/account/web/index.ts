import { KeyRound, LogOut } from 'lucide-react';
import { api, notify, shellTexts, signedOut, troubleOf, type WebFeature } from '../../../web/feature.ts';
import { copy } from './copy.ts';
import { keysQuery } from './queries.ts';

/** The web side of accounts: signing in, setting up, own API keys. */
export const account: WebFeature = {
  id: 'account',
  nav: { title: copy.nav, icon: KeyRound, path: '/account', shortcut: 'g k', section: 'settings' },
  routes: [
    {
      path: '/sign-in',
      title: copy.signIn.title,
      access: 'public',
      load: async () => (await import('./sign-in-page.tsx')).SignInPage,
    },
    {
      path: '/set-up',
      title: copy.setUp.title,
      access: 'public',
      load: async () => (await import('./set-up-page.tsx')).SetUpPage,
    },
    {
      path: '/account',
      title: copy.title,
      access: 'signed-in',
      load: async () => (await import('./account-page.tsx')).AccountPage,
      prefetch: (client) => void client.prefetchInfiniteQuery(keysQuery),
    },
  ],
  commands: [
    {
      id: 'account.keys',
      title: copy.keysCommand,
      icon: KeyRound,
      section: shellTexts.sections.you,
      keywords: 'token api access',
      when: ({ permissions }) => permissions.includes('account:manage-keys'),
      run: ({ goTo }) => goTo('/account'),
    },
    {
      id: 'account.sign-out',
      title: copy.signOut,
      icon: LogOut,
      section: shellTexts.sections.you,
      keywords: 'log out leave',
      run: async ({ client }) => {
        try {
          await api.account.signOut();
          signedOut(client);
        } catch (error) {
          const { sentence, nextStep } = troubleOf(error);
          notify({ kind: 'error', title: copy.notSignedOut, description: `${sentence} ${nextStep}` });
        }
      },
    },
  ],
  topics: [],
};
