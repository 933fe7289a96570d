import { KeyRound, LogOut, UsersRound } from 'lucide-react';
import { api, notify, shellTexts, signedOut, troubleOf, type WebFeature } from '../../../web/feature.ts';
import { matters, menu } from './menu-copy.ts';
import { usersTopic } from './live.ts';
import { keysQuery, securityQuery, sessionsQuery, usersQuery } from './queries.ts';

/** The web side of accounts: signing in, setting up, the own account with its protection, sessions and API keys. */
export const account: WebFeature = {
  id: 'account',
  nav: { title: menu.title, icon: KeyRound, path: '/account', shortcut: 'g k', section: 'settings' },
  routes: [
    {
      path: '/sign-in',
      title: menu.signIn,
      access: 'public',
      load: async () => (await import('./sign-in-page.tsx')).SignInPage,
    },
    {
      path: '/set-up',
      title: menu.setUp,
      access: 'public',
      load: async () => (await import('./set-up-page.tsx')).SetUpPage,
    },
    {
      path: '/sign-in/provider',
      title: menu.provider,
      access: 'public',
      load: async () => (await import('./provider-return-page.tsx')).ProviderReturnPage,
    },
    {
      path: '/invitation',
      title: menu.invitation,
      access: 'public',
      load: async () => (await import('./invitation-page.tsx')).InvitationPage,
    },
    {
      path: '/reset',
      title: menu.reset,
      access: 'public',
      load: async () => (await import('./reset-page.tsx')).ResetPage,
    },
    {
      path: '/account',
      title: menu.title,
      access: 'signed-in',
      load: async () => (await import('./account-page.tsx')).AccountPage,
      prefetch: (client) => {
        void client.prefetchQuery(securityQuery);
        void client.prefetchInfiniteQuery(sessionsQuery);
        void client.prefetchInfiniteQuery(keysQuery);
      },
    },
  ],
  commands: [
    {
      id: 'account.keys',
      title: menu.keysCommand,
      icon: KeyRound,
      section: shellTexts.sections.you,
      keywords: 'token api access',
      when: ({ permissions }) => permissions.includes('account:manage-keys'),
      run: ({ goTo }) => goTo('/account'),
    },
    {
      id: 'account.sign-out',
      title: menu.signOut,
      icon: LogOut,
      section: shellTexts.sections.you,
      keywords: 'log out leave',
      run: async ({ client }) => {
        try {
          await api.account.signOut();
          signedOut(client);
        } catch (error) {
          const { sentence, nextStep } = troubleOf(error);
          notify({ kind: 'error', title: menu.notSignedOut, description: `${sentence} ${nextStep}` });
        }
      },
    },
  ],
  matters,
  topics: [],
  proof: async () => (await import('./proof-dialog.tsx')).ProofDialog,
};

/** The web side of everybody's accounts, for those who manage them. */
export const people: WebFeature = {
  id: 'people',
  nav: {
    title: menu.people,
    icon: UsersRound,
    path: '/users',
    shortcut: 'g u',
    needs: 'account:manage-users',
  },
  routes: [
    {
      path: '/users',
      title: menu.people,
      access: 'signed-in',
      needs: 'account:manage-users',
      load: async () => (await import('./users-page.tsx')).UsersPage,
      prefetch: (client) => void client.prefetchInfiniteQuery(usersQuery),
    },
  ],
  commands: [
    {
      id: 'people.invite',
      title: menu.inviting,
      icon: UsersRound,
      section: shellTexts.sections.you,
      keywords: 'invite user account family',
      when: ({ permissions }) => permissions.includes('account:manage-users'),
      run: ({ goTo }) => goTo('/users'),
    },
  ],
  topics: [usersTopic],
};
