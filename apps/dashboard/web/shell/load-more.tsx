import { Button } from '@nebula/ui';
import { texts } from './texts.ts';

/** Props of {@link LoadMore}: how many rows are shown, and how to get more. */
export interface LoadMoreProps {
  shown: number;
  hasMore: boolean;
  isLoading: boolean;
  onMore: () => void;
}

/** The foot of a paged list. */
export function LoadMore({ shown, hasMore, isLoading, onMore }: LoadMoreProps) {
  return (
    <footer className="flex flex-wrap items-center justify-between gap-3 border-t border-hairline px-4 py-3 md:px-6">
      <p className="figures text-sm text-muted">{hasMore ? texts.shownOfMore(shown) : texts.shown(shown)}</p>
      {hasMore && (
        <Button isBusy={isLoading} onClick={onMore}>
          {texts.loadMore}
        </Button>
      )}
    </footer>
  );
}
