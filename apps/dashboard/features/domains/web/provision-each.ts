import { ApiError } from '@nebula/contract/client';

/** Refusals that concern one domain; any other would be said of those after it too. */
const ofOne = ['TARGET_BUSY', 'NOT_FOUND'];

/**
 * Begins to provision one domain after the other. One that is refused keeps no other from its turn.
 *
 * @throws whatever concerns them all; those after it are not begun
 */
export async function provisionEach<Row>(
  rows: readonly Row[],
  provision: (row: Row) => Promise<unknown>,
  told: { begun: (row: Row) => void; refused: (row: Row, error: ApiError) => void },
): Promise<void> {
  for (const row of rows) {
    try {
      await provision(row);
    } catch (error) {
      if (!(error instanceof ApiError) || !ofOne.includes(error.code)) throw error;
      told.refused(row, error);
      continue;
    }
    told.begun(row);
  }
}
