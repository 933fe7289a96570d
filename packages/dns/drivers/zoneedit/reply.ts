/** One line of a reply of the dynamic channel. */
export interface DynamicResult {
  isOk: boolean;
  code: number;
  /** Seconds to wait, with code 702. */
  param: number | null;
  text: string;
  zone: string | null;
}

/**
 * Reads a reply of the dynamic channel: tags that are never closed, one per host, attributes in any order. Other text is no
 * result.
 */
export function parseDynamicReply(body: string): DynamicResult[] {
  const results: DynamicResult[] = [];
  for (const [, kind = '', inner = ''] of body.matchAll(
    /<(SUCCESS|ERROR)\b((?:[^>"']|"[^"]*"|'[^']*')*)>/gi,
  )) {
    const attributes = new Map<string, string>();
    for (const [, name = '', double, single] of inner.matchAll(/(\w+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g)) {
      attributes.set(name.toUpperCase(), double ?? single ?? '');
    }
    const code = Number(attributes.get('CODE'));
    const param = Number(attributes.get('PARAM') ?? Number.NaN);
    if (!Number.isInteger(code)) continue;
    results.push({
      isOk: kind.toUpperCase() === 'SUCCESS' && code >= 200 && code < 300,
      code,
      param: Number.isFinite(param) && param >= 0 ? param : null,
      text: attributes.get('TEXT') ?? '',
      zone: attributes.get('ZONE') ?? null,
    });
  }
  return results;
}
