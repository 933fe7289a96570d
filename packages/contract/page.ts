import { z } from 'zod';

/** Query of every list: how many rows (at most 200) and where to go on. */
export const PageQuery = z.object({
  limit: z.coerce.number().int().min(1).max(200).default(50).describe('Rows per page'),
  cursor: z.string().max(512).optional().describe('The `next` of the page before'),
});
export type PageQuery = z.infer<typeof PageQuery>;

/** Query of lists whose places are ids. */
export const IdPageQuery = PageQuery.extend({
  cursor: z.uuid('A cursor is the `next` of the page before.').optional(),
});

/** A page of `item`s; `next` is null on the last one. */
export function pageOf<T extends z.ZodType>(item: T) {
  return z.object({ items: z.array(item), next: z.string().nullable() });
}

/** A page as code handles it. */
export interface Page<T> {
  items: T[];
  next: string | null;
}

/** An instant on the wire: ISO-8601 with `Z`. */
export const Instant = z.iso.datetime();

/** An {@link Instant} that a caller names: within the years that a database and a calendar still tell when something is added. */
export const Moment = Instant.refine(
  (at) => at >= '1970' && at < '2200',
  'A time lies between the years 1970 and 2200.',
);

/**
 * One line of text of at most `max` characters: well-formed Unicode without control characters (a database knows no NUL, a terminal
 * obeys ESC) and without marks that turn the direction of what follows.
 */
export function text(max: number) {
  return z
    .string()
    .max(max)
    .refine((value) => value.isWellFormed() && !unwanted.test(value), 'Control characters are not allowed.');
}

const unwanted = /[\p{Cc}\u202a-\u202e\u2066-\u2069]/u;

/** An id on the wire: a UUID. */
export const Id = z.uuid();

/** Cuts rows read with `limit + 1` to a page; `cursorOf` gives the place after a row. */
export function pageWindow<T>(rows: T[], limit: number, cursorOf: (row: T) => string): Page<T> {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, next: rows.length > limit && last !== undefined ? cursorOf(last) : null };
}
