/** Joins the class names that are there; a later part does not override an earlier one. */
export function classNames(...parts: (string | false | null | undefined)[]): string {
  return parts.filter(Boolean).join(' ');
}
