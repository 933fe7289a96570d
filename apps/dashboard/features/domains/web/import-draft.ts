import {
  type ImportFormat,
  type ImportRow,
  mostImportBytes,
  type OnConflict,
  type Said,
} from '../contract-transfer.ts';
import { type TargetDraft, targetOf } from './draft.ts';
import { rowWords } from './transfer-copy.ts';

/** What is to be imported, as it was chosen and typed. */
export interface SourceDraft {
  source: 'text' | 'zone';
  text: string;
  format: Exclude<ImportFormat, 'provider-zone'> | 'auto';
  /** Name below which a zone file begins. */
  origin: string;
  /** `providerId zone` of what was chosen. */
  zone: string;
  onConflict: OnConflict;
}

/** Something else for one row than for all. */
export type RowChoice = '' | 'leave-out' | 'overwrite' | 'merge';

/** What was chosen for single names. */
export interface RowChoices {
  does: ReadonlyMap<string, RowChoice>;
  targets: ReadonlyMap<string, TargetDraft>;
}

export const noChoices: RowChoices = { does: new Map(), targets: new Map() };

/** A source that nobody has filled in. */
export const emptySource: SourceDraft = {
  ...{ source: 'text', text: '', format: 'auto', origin: '', zone: '', onConflict: 'skip' },
};

/** Whether there is something to look at. */
export function isFilled({ source, text, zone }: SourceDraft): boolean {
  return source === 'text' ? text.trim() !== '' : zone !== '';
}

/** Bytes of a text that is more than one import takes, as it is sent; null when it is not. */
export function excessOf(draft: SourceDraft): number | null {
  // No character is longer than six bytes in JSON.
  if (draft.source === 'zone' || draft.text.length * 6 + mostAround < mostImportBytes) return null;
  const body = importBody(draft, noChoices, { isDryRun: false, leavesOutInvalid: false });
  const size = new TextEncoder().encode(JSON.stringify(body)).length;
  return size > mostImportBytes ? size : null;
}

/** What stands around the text. */
const mostAround = 10_000;

/** The body of a call that imports, or looks at, what was chosen. */
export function importBody(
  draft: SourceDraft,
  choices: RowChoices,
  { isDryRun, leavesOutInvalid }: { isDryRun: boolean; leavesOutInvalid: boolean },
) {
  const wishes = chosenNames(choices).map((name) => {
    const does = choices.does.get(name) ?? '';
    const target = choices.targets.get(name);
    return {
      name,
      ...(does === '' ? {} : { does }),
      ...(target === undefined ? {} : { target: targetOf(target) }),
    };
  });
  return {
    ...sourceOf(draft),
    ...{ isDryRun, leavesOutInvalid, onConflict: draft.onConflict, choices: wishes },
  };
}

/** Names for which something was chosen, in the order in which they are sent; problems name their places. */
export function chosenNames({ does, targets }: RowChoices): string[] {
  return [...new Set([...does.keys(), ...targets.keys()])];
}

function sourceOf({ source, text, format, origin, zone }: SourceDraft) {
  if (source === 'zone') {
    const [providerId = '', name = ''] = zone.split(' ');
    return { format: 'provider-zone' as const, providerId, zone: name };
  }
  const isZoneFile = format === 'zone-file' || format === 'auto';
  return {
    text,
    ...(format === 'auto' ? {} : { format }),
    ...(isZoneFile && origin.trim() !== '' ? { zone: origin.trim() } : {}),
  };
}

/** What becomes of a row with what was chosen since it was looked at. */
export function doesOf(row: ImportRow, choices: RowChoices): ImportRow['does'] {
  const choice = choices.does.get(row.name) ?? '';
  if (choice === 'leave-out') return 'nothing';
  if (row.verdict === 'needs-target') return choices.targets.has(row.name) ? 'create' : 'nothing';
  if (row.verdict === 'conflict' && choice !== '') return 'change';
  return row.does;
}

/** What is said of a row, in this page's words where they are known. */
export function wordsOf({ code, values, sentence }: Said): string {
  const words: Record<string, ((values: Record<string, string>) => string) | undefined> = rowWords;
  return words[code]?.(values) ?? sentence;
}
