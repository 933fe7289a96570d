import type { Clock } from '@nebula/clock';
import { AppError } from '@nebula/errors';
import type { Context } from '@nebula/runtime';
import { type Tour, tour } from './contract.ts';
import { endTour, isTourOver } from './store.ts';

/** The verbs of the first tour; see README. */
export function createTour({ clock }: { clock: Clock }) {
  return {
    async get(context: Context): Promise<Tour> {
      const userId = personOf(context);
      return { isOver: userId === null || (await isTourOver(context.sql, userId)) };
    },

    async end(context: Context): Promise<Tour> {
      const userId = personOf(context);
      if (userId === null)
        throw new AppError('BAD_INPUT', 'This key belongs to nobody who could take a tour.');
      await context.write(tour.actions.end, { type: 'user', id: userId }, ({ sql }) =>
        endTour(sql, userId, clock.now()),
      );
      return { isOver: true };
    },
  };
}

function personOf({ actor }: Context): string | null {
  return actor.kind === 'user' ? actor.id : actor.kind === 'apiKey' ? actor.userId : null;
}
