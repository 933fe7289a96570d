import { expect, test } from 'vitest';
import type { Pages } from '../../../web/feature.ts';
import type { Notice } from '../contract.ts';
import { readNoticeFilter } from './filter.ts';
import { addNotices } from './live.ts';

const notice = (id: string, more: Partial<Notice> = {}): Notice => ({
  id,
  at: '2026-11-26T12:00:00Z',
  kind: 'test.done',
  level: 'info',
  subject: id,
  detail: '',
  href: null,
  isRead: false,
  ...more,
});
const pages: Pages<Notice> = { pages: [{ items: [notice('a')], next: null }], pageParams: [undefined] };
const ids = (list: Pages<Notice>) => list.pages.flatMap(({ items }) => items.map(({ id }) => id));

test('new notices stand at the top, the newest first, and none stands twice', () => {
  expect(ids(addNotices(pages, [notice('b'), notice('c'), notice('a')], {}))).toEqual(['c', 'b', 'a']);
});

test('a list that is narrowed takes only what belongs there', () => {
  const posted = [notice('b', { level: 'danger' }), notice('c')];

  expect(ids(addNotices(pages, posted, { level: 'danger' }))).toEqual(['b', 'a']);
  expect(addNotices(pages, [notice('c')], { level: 'danger' })).toBe(pages);
});

test('words in the address that mean nothing narrow nothing', () => {
  expect(readNoticeFilter({ level: 'loud', only: 'mine' })).toEqual({ level: undefined, only: undefined });
  expect(readNoticeFilter({ level: 'warning', only: 'unread' })).toEqual({
    level: 'warning',
    only: 'unread',
  });
});
