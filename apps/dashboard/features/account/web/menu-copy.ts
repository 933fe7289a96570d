import { catalogue } from '../../../web/feature.ts';
import { accountMatters } from '../contract-matters.ts';

/** The words that the navigation and the palette need before a page of this feature is opened; small, since every page loads them. */
export const menu = catalogue('account.menu', {
  title: 'Account',
  keysCommand: 'API keys',
  signOut: 'Sign out',
  notSignedOut: 'You are still signed in',
  signIn: 'Sign in',
  setUp: 'Set up',
  provider: 'Signing in',
  invitation: 'Welcome',
  reset: 'New password',
  people: 'Users',
  inviting: 'Invite somebody',
});

/** What may need attention, for the overview. */
export const matters = catalogue('account.matters', accountMatters);
