import { classNames, IconButton, Time, type Tone, toneInk } from '@nebula/ui';
import { Check, CircleCheck, Info, type LucideIcon, OctagonAlert, TriangleAlert } from 'lucide-react';
import { PageLink } from '../../../web/feature.ts';
import type { Notice, NoticeLevel } from '../contract.ts';
import { useMarkRead } from './changes.ts';
import { copy } from './copy.ts';

const looks: Record<NoticeLevel, { icon: LucideIcon; tone: Tone }> = {
  info: { icon: Info, tone: 'neutral' },
  success: { icon: CircleCheck, tone: 'up' },
  warning: { icon: TriangleAlert, tone: 'degraded' },
  danger: { icon: OctagonAlert, tone: 'down' },
};

/** Props of {@link NoticeList}. */
export interface NoticeListProps {
  notices: readonly Notice[];
  /** Called when one is followed, as to close what the list stands in. */
  onFollow?: () => void;
  isCompact?: boolean;
}

/** Notices, newest first; following one marks it as read. */
export function NoticeList({ notices, onFollow, isCompact = false }: NoticeListProps) {
  const mark = useMarkRead();
  return (
    <ul aria-label={copy.title}>
      {notices.map((notice) => (
        <li
          key={notice.id}
          data-row
          className={classNames(
            'flex items-start gap-3 border-t border-hairline py-3 first:border-0',
            isCompact ? 'px-2' : 'px-4 md:px-6',
          )}
        >
          <LevelMark level={notice.level} />
          <div className="min-w-0 flex-1">
            <p translate="no" className={classNames('break-words', !notice.isRead && 'font-semibold')}>
              <Subject
                notice={notice}
                onFollow={() => {
                  if (!notice.isRead) mark.mutate(notice.id);
                  onFollow?.();
                }}
              />
            </p>
            {notice.detail !== '' && (
              <p
                translate="no"
                className={classNames('mt-1 text-sm break-words text-soft', isCompact && 'line-clamp-2')}
              >
                {notice.detail}
              </p>
            )}
            <p className="mt-1 flex items-center gap-2 text-sm text-muted">
              <Time at={notice.at} />
              {!notice.isRead && <UnreadMark />}
            </p>
          </div>
          {!notice.isRead && (
            <IconButton
              icon={Check}
              label={copy.markOne(notice.subject)}
              onClick={() => mark.mutate(notice.id)}
              className="-mt-2"
            />
          )}
        </li>
      ))}
    </ul>
  );
}

function Subject({ notice, onFollow }: { notice: Notice; onFollow: () => void }) {
  if (notice.href === null) return notice.subject;
  return (
    <PageLink
      to={notice.href}
      onFollow={onFollow}
      className="inline-block min-h-6 underline-offset-4 hover:underline"
    >
      {notice.subject}
    </PageLink>
  );
}

function LevelMark({ level }: { level: NoticeLevel }) {
  const { icon: Icon, tone } = looks[level];
  return (
    <span title={copy.levels[level]} className={`mt-0.5 shrink-0 ${toneInk(tone)}`}>
      <Icon aria-hidden size={18} />
      <span className="sr-only">{copy.levels[level]}</span>
    </span>
  );
}

function UnreadMark() {
  return (
    <span className="inline-flex items-center gap-1.5 text-link">
      <span aria-hidden className="size-1.5 rounded-full bg-accent" />
      {copy.unread}
    </span>
  );
}
