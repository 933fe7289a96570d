import { lazy } from 'react';
import type { WebFeature } from '../../../web/feature.ts';
import { recordedTopic } from './queries.ts';

export { isOfTheMachine, linesUntil, markOf, placeOf } from './markers.ts';
export { changesQuery, type ShownSpan } from './queries.ts';

/** The web side of changes: it has no page of its own, others show it beside what they show. */
export const changes: WebFeature = {
  id: 'changes',
  nav: null,
  routes: [],
  commands: [],
  topics: [recordedTopic],
};

/** The markers of a span as a list; fetched when it is drawn. */
export const WhatChanged = lazy(async () => ({ default: (await import('./what-changed.tsx')).WhatChanged }));
