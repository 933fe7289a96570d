/**
 * Comments that stand directly above the sites of a Caddyfile, by the addresses of the site. A site's line is the first
 * that ends in `{` outside any braces.
 */
export function siteComments(caddyfile: string): { addresses: string[]; comment: string }[] {
  const found: { addresses: string[]; comment: string }[] = [];
  let depth = 0;
  let comment: string[] = [];
  let addresses: string[] = [];
  for (const line of caddyfile.split(/\r?\n/)) {
    const text = line.trim();
    if (depth === 0 && text.startsWith('#')) {
      comment.push(text.replace(/^#+\s?/, ''));
      continue;
    }
    if (depth === 0 && text === '') {
      if (addresses.length === 0) comment = [];
      continue;
    }
    const bare = withoutQuotes(text);
    if (depth === 0) {
      addresses.push(
        ...bare
          .replace(/\{\s*$/, '')
          .split(/[\s,]+/)
          .filter((part) => part !== ''),
      );
      if (/\{\s*$/.test(bare)) {
        found.push({ addresses, comment: comment.join('\n') });
        comment = [];
        addresses = [];
      } else if (!/,\s*$/.test(bare)) {
        // A file with one site and no braces.
        addresses = [];
      }
    }
    depth += countOf(bare, '{') - countOf(bare, '}');
    if (depth < 0) depth = 0;
  }
  return found;
}

function withoutQuotes(line: string): string {
  return (
    line
      .replace(/"(?:[^"\\]|\\.)*"|`[^`]*`/g, '""')
      .replace(/(^|\s)#.*$/, '')
      // Placeholders are no blocks.
      .replace(/\{[^\s{}]+\}/g, 'x')
  );
}

function countOf(text: string, character: string): number {
  return text.split(character).length - 1;
}
