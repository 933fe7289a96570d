import type { Database } from '@nebula/db';
import type { UpdateState } from '../images/contract.ts';
import { checkStates } from '../images/index.ts';

/** What is known of newer images, in memory because every list of containers asks. */
export interface Updates {
  of(image: string, imageId: string): UpdateState;
  reload(): Promise<void>;
}

const most = 10_000;

/** Knows nothing until it is loaded. */
export function createUpdates(database: Database): Updates {
  let known = new Map<string, UpdateState>();
  return {
    of: (image, imageId) => known.get(`${image} ${imageId}`) ?? 'unchecked',
    async reload() {
      const rows = await checkStates(database.sql, most);
      known = new Map(rows.map(({ image, imageId, state }) => [`${image} ${imageId}`, state]));
    },
  };
}
