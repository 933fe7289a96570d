/** A failure the person can act on: its message is a whole sentence, printed without a stack. */
export class Refusal extends Error {
  /**
   * @param {string} message one or more sentences that say what is wrong and what to do
   * @param {number} [exitCode] exit code of the launcher (sysexits.h where one fits)
   * @param {string} [code] the system's code of what went wrong, where one is known
   */
  constructor(message, exitCode = 1, code = '') {
    super(message);
    this.name = 'Refusal';
    this.exitCode = exitCode;
    this.code = code;
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

/**
 * Why a system call failed, as the end of a sentence.
 * @param {unknown} error
 * @returns {string}
 */
export function reason(error) {
  const known = /** @type {Record<string, string>} */ ({
    EACCES: 'you may not write there',
    EPERM: 'you may not change it',
    EROFS: 'the file system is read-only',
    ENOENT: 'nothing can be made there',
    ENOSPC: 'the disk is full',
    EDQUOT: 'your disk quota is used up',
    ENOTDIR: 'a part of its path is a file',
    EEXIST: 'a file of that name is in the way',
    ENAMETOOLONG: 'its path is too long',
    ELOOP: 'its links lead in a circle',
  })[errorCode(error)];
  return known ?? (error instanceof Error ? error.message : String(error));
}
