/**
 * Tells the person one thing; standard output is kept for the block that is printed once.
 * @param {string} line
 */
export function say(line) {
  process.stderr.write(`${line}\n`);
}
