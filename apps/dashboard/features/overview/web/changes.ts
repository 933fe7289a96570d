import { ApiError } from '@nebula/contract/client';
import { type QueryClient, useMutation, useQueryClient } from '@tanstack/react-query';
import { api, notify, troubleOf } from '../../../web/feature.ts';
import type { Arrange } from './arrange.ts';
import { copy } from './copy.ts';
import { layoutQuery } from './queries.ts';

const tries = 5;

/** Changes the layout at once on this page and, one change after the other, on the server. */
export function useArrange() {
  const client = useQueryClient();
  return useMutation({
    scope: { id: 'overview.layout' },
    mutationFn: (arrange: Arrange) => save(client, arrange),
    onMutate: async (arrange) => {
      await client.cancelQueries({ queryKey: layoutQuery.queryKey });
      client.setQueryData(
        layoutQuery.queryKey,
        (layout) => layout && { ...layout, tiles: arrange(layout.tiles) },
      );
    },
    onError: (error) => {
      const { sentence, nextStep } = troubleOf(error);
      notify({ kind: 'error', title: copy.arrange.failed, description: `${sentence} ${nextStep}` });
      void client.invalidateQueries({ queryKey: layoutQuery.queryKey });
    },
  });
}

/** Puts the change onto the newest layout of the server, again when another tab was quicker. */
async function save(client: QueryClient, arrange: Arrange): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    const newest = await api.overview.layout();
    try {
      const tiles = arrange(newest.tiles);
      const order = tiles.map(({ id }) => id);
      const hidden = tiles.flatMap(({ id, isHidden }) => (isHidden ? [id] : []));
      const body = { basedOn: newest.version, order, hidden };
      const saved = await api.overview.changeLayout({ body });
      client.setQueryData(layoutQuery.queryKey, { ...newest, ...saved });
      return;
    } catch (error) {
      const isOvertaken = error instanceof ApiError && error.code === 'LAYOUT_CHANGED';
      if (!isOvertaken || attempt === tries) throw error;
    }
  }
}
