/** Asks whether the person proved again that it is them. */
type Answer = (isProven: boolean) => void;

const waiting: Answer[] = [];
const listeners = new Set<() => void>();

/**
 * Asks the person to prove again that it is them, for a call that was refused without; false when they would not. Calls that are
 * refused at the same time share one dialog.
 */
export function askForProof(): Promise<boolean> {
  // On a page that stands alone nobody can answer.
  if (listeners.size === 0) return Promise.resolve(false);
  return new Promise((resolve) => {
    waiting.push(resolve);
    tell();
  });
}

/** Answers everybody who waits. */
export function answerProof(isProven: boolean): void {
  for (const answer of waiting.splice(0)) answer(isProven);
  tell();
}

/** Whether somebody waits for a proof. */
export function isProofAsked(): boolean {
  return waiting.length > 0;
}

/** Calls `listener` when that changes; answers how to stop. */
export function onProofAsked(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function tell(): void {
  for (const listener of [...listeners]) listener();
}
