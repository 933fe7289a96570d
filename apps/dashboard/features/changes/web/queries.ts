import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api, eventTopic } from '../../../web/feature.ts';

const key = ['changes'] as const;
const most = 300;

/** A span as a page shows it: it ends now when it has no end; `words` is the same as long as the span is. */
export interface ShownSpan {
  words: string;
  from: () => Date;
  to: () => Date | undefined;
}

/** What changed in a span, of one app or (null) of everything. */
export function changesQuery(app: string | null, span: ShownSpan) {
  return queryOptions({
    queryKey: [...key, app, span.words],
    queryFn: ({ signal }) =>
      api.changes.list({
        query: {
          ...(app === null ? {} : { app }),
          from: span.from().toISOString(),
          to: span.to()?.toISOString(),
          limit: most,
        },
        signal,
      }),
    placeholderData: keepPreviousData,
  });
}

/** Something was recorded, or a run ended; what is loaded of changes is loaded again. */
export const recordedTopic = eventTopic<object>('changes.recorded', (_events, client) => {
  void client.invalidateQueries({ queryKey: key });
});
