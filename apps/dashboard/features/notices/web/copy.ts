import { catalogue } from '../../../web/feature.ts';

/** Every sentence of this feature's pages. */
export const copy = catalogue('notices', {
  title: 'Notices',
  bell: (unread: number, isMore: boolean) =>
    unread === 0 ? 'Notices: none unread' : `Notices: ${isMore ? 'more than ' : ''}${unread} unread`,
  badge: (unread: number, isMore: boolean) => (isMore ? `${unread}+` : `${unread}`),
  loading: 'Loading the notices',
  all: 'All notices',
  markAll: 'Mark all as read',
  markAllCommand: 'Mark all notices as read',
  markOne: (subject: string) => `Mark as read: ${subject}`,
  allRead: 'All notices are read',
  unread: 'Unread',
  level: 'Kind',
  anyLevel: 'Any kind',
  levels: { info: 'To know', success: 'Went well', warning: 'Warning', danger: 'Trouble' },
  onlyUnread: 'Unread only',
  clearFilter: 'Clear the filter',
  section: 'Notices',
  none: {
    title: 'No notices',
    text: 'What you should know although you did not just do it appears here, such as a run that failed.',
  },
  noneUnread: { title: 'Nothing new', text: 'You have read everything. Older notices are on their page.' },
  noMatch: { title: 'No notice matches', text: 'There are notices, but none fits what is chosen above.' },
  failed: 'The notices were not marked',
});
