/** True for an object that is no list. */
export function isRow(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** True for the answer of a list. */
export function isPage(answer: unknown): answer is { items: Record<string, unknown>[]; next: unknown } {
  return isRow(answer) && Array.isArray(answer['items']) && answer['items'].every(isRow);
}
