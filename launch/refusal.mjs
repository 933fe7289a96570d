/** A failure the person can act on: its message is a whole sentence, printed without a stack. */
export class Refusal extends Error {
  /**
   * @param {string} message one or more sentences that say what is wrong and what to do
   * @param {number} [exitCode] exit code of the launcher (sysexits.h where one fits)
   */
  constructor(message, exitCode = 1) {
    super(message);
    this.name = 'Refusal';
    this.exitCode = exitCode;
  }
}

/** Exit codes of sysexits.h that the launcher uses. */
export const exitCodes = { usage: 64, alreadyRunning: 75, notPermitted: 77 };

/**
 * The `code` of a system error, or '' for anything else.
 * @param {unknown} error
 * @returns {string}
 */
export function errorCode(error) {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
