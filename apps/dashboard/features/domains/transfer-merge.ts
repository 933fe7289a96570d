import type { DomainOptions } from './contract-fields.ts';
import { unusual } from './transfer-target-text.ts';

/**
 * Options of two sides: the other's where they are not as usual, ours elsewhere. Lists are put together; of the same header or
 * path the other's holds.
 */
export function mergedOptions(ours: DomainOptions, theirs: DomainOptions): DomainOptions {
  return {
    ...ours,
    ...unusual(theirs),
    requestHeaders: together(ours.requestHeaders, theirs.requestHeaders, ({ name }) => name.toLowerCase()),
    responseHeaders: together(ours.responseHeaders, theirs.responseHeaders, ({ name }) => name.toLowerCase()),
    redirects: together(ours.redirects, theirs.redirects, ({ from }) => from),
  };
}

function together<T>(ours: readonly T[], theirs: readonly T[], keyOf: (item: T) => string): T[] {
  const taken = new Set(theirs.map(keyOf));
  return [...ours.filter((item) => !taken.has(keyOf(item))), ...theirs];
}
