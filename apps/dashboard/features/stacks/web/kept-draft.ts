/** What was written for a new stack, kept in this tab until the stack is there: a refused image must not cost the text. */
export interface KeptDraft {
  name: string;
  compose: string;
  env: string;
}

let kept: KeptDraft | null = null;

/** Keeps it; null when it is not needed any more. */
export function keepDraft(draft: KeptDraft | null): void {
  kept = draft;
}

/** The draft that is kept; null when there is none. */
export function keptDraft(): KeptDraft | null {
  return kept;
}
