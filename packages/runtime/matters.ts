import type { Attention, MatterValues } from './feature.ts';

/**
 * Makes what needs attention of a feature from its words, by code. The same words stand in the catalogue of the feature's web,
 * which says each matter from code and values; the sentence made here is for everybody else.
 */
export function mattersOf<V extends Record<string, MatterValues>>(
  feature: string,
  words: { readonly [Code in keyof V]: (values: V[Code]) => string },
) {
  return <Code extends keyof V & string>(
    code: Code,
    values: V[Code],
    more: Pick<Attention, 'id' | 'severity' | 'path'>,
  ): Attention => ({ ...more, code: `${feature}.${code}`, values, sentence: words[code](values) });
}
