import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { changesQuery, isOfTheMachine, markOf } from '../../changes/web/index.ts';
import type { ChangeMarker } from '../../changes/contract.ts';
import { useMay } from '../../../web/feature.ts';
import type { Mark } from './marks.ts';
import { shownSpan, type View } from './view.ts';

/** What changed in the span of a view as marks for its charts, of one app or (null) of the machine; undefined asks for none. */
export function useMarks(
  app: string | null | undefined,
  view: View,
): { marks: readonly Mark[]; markerOf: (id: string) => ChangeMarker | undefined } {
  const may = useMay('changes:read');
  const changes = useQuery({
    ...changesQuery(app ?? null, shownSpan(view)),
    enabled: may && app !== undefined,
  });
  const items = app === undefined ? undefined : changes.data?.items;
  const marks = useMemo(
    () => (items ?? []).filter((marker) => app !== null || isOfTheMachine(marker)).map(markOf),
    [items, app],
  );
  return { marks, markerOf: (id) => items?.find((marker) => marker.id === id) };
}
