/** Ends the process once all that was written is out: a pipe that is full takes the rest only when its reader has read. */
export async function leave(code: number): Promise<never> {
  await Promise.all(
    [process.stdout, process.stderr].map(
      (stream) => new Promise<void>((resolve) => stream.write('', () => resolve())),
    ),
  );
  process.exit(code);
}
