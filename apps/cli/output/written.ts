/** Waits until all that was written is out: a pipe that is full takes the rest only when its reader has read. */
export async function allWritten(): Promise<void> {
  await Promise.all(
    [process.stdout, process.stderr].map(
      (stream) => new Promise<void>((resolve) => stream.write('', () => resolve())),
    ),
  );
}
