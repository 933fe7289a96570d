/** A line that a person typed as program and arguments: spaces separate, quotes hold together; nothing is expanded. */
export function commandOf(line: string): string[] | null {
  const words = [...line.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(
    ([, double, single, bare]) => double ?? single ?? bare ?? '',
  );
  return words.length === 0 ? null : words;
}
