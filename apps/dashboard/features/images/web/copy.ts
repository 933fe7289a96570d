import { type CopyTable, catalogue } from '../../../web/feature.ts';

/** Every sentence of this feature's pages. */
export const copy = catalogue('images', {
  title: 'Images',
  text: 'Whether the registry of each image has a newer one under the same name. Nothing is updated by looking.',
  loading: 'Loading the checks',
  check: 'Check now',
  checkBegun: 'The registries are being asked',
  checkFailed: 'The registries were not asked',
  columns: { image: 'Image', state: 'State', checked: 'Checked' },
  states: {
    unchecked: 'Not checked yet',
    current: 'Newest',
    available: 'Update available',
    pinned: 'Pinned to a digest',
    local: 'Made here',
    failed: 'Could not be checked',
  },
  failures: {
    unreachable: 'Could not check: the registry does not answer.',
    'refused-login': 'Could not check: the registry refuses the login that is kept for it.',
    'needs-login': 'Could not check: the registry wants a login, or has no such image.',
    'rate-limited':
      'Could not check: the registry was asked too often and wants to be left alone for a while.',
    'not-found': 'Could not check: the registry has no such image any more.',
    rejected: 'Could not check: the registry’s answer is not understood.',
  },
  none: {
    title: 'Nothing was checked yet',
    text: 'The images of all containers are checked every few hours, and when you ask.',
  },
  logins: {
    title: 'Registries with a login',
    text: 'Private images are fetched and checked with these. Passwords are sealed and never shown again.',
    loading: 'Loading the logins',
    none: 'No logins are kept.',
    add: 'Keep a login',
    replace: 'Replace the password',
    remove: (registry: string) => `Forget the login of ${registry}`,
    removeTitle: (registry: string) => `Forget the login of ${registry}?`,
    removeText:
      'Images of it can then only be fetched if they are public. To undo this, enter the login again.',
    removeConfirm: 'Forget it',
    registry: 'Registry',
    registryHelp: 'Such as ghcr.io, docker.io or nas.home:5000.',
    username: 'User name',
    password: 'Password or token',
    save: 'Try and keep it',
    cancel: 'Cancel',
    saved: (registry: string) => `The login of ${registry} is kept`,
    removed: (registry: string) => `The login of ${registry} is forgotten`,
    failed: 'The login was not changed',
    changed: 'changed',
  },
});

/** Error codes of this feature. */
export const errorCopy: CopyTable = catalogue('images.errors', {
  LOGIN_REFUSED: { sentence: null, nextStep: 'Correct it and try again; nothing was kept.' },
});
