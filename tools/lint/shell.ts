import { type FileRule, inCode } from './rule.ts';

/** Completion scripts are made for shells, and their test lets each shell complete with them. */
const testsOfShells = /^apps\/cli\/completion\/[\w.-]+\.test\.ts$/;
const shells = /^(?:\/(?:usr\/)?bin\/)?(?:ba|da|z|k)?sh$/;

/** No shell, ever: programs start with argument lists, so that no text becomes a command. */
export const noShell: FileRule = {
  name: 'no-shell',
  check: (file) => {
    const imported = /\bimport\s*\{[^}]*\b(exec|execSync)\b[^}]*\}\s*from\s*['"]\s*(?=['"])/g;
    const isOfProcesses = file.strings.some(({ text }) => /^(?:node:)?child_process$/.test(text));
    const spawns = [
      ...file.code.matchAll(/\b(?:spawn|spawnSync|execFile|execFileSync|run)\(\s*(?:\{\s*program:\s*)?['"]/g),
    ];
    const starts = spawns.flatMap((match) => {
      const start = match.index + match[0].length;
      const program = file.strings.find((piece) => piece.start === start);
      return program !== undefined && shells.test(program.text) && !testsOfShells.test(file.path)
        ? [{ path: file.path, line: program.line, message: `starts a shell (${program.text})` }]
        : [];
    });
    return [
      ...inCode(file, /\bshell:(?!\s*false\b)/g, 'the option "shell" makes a command of text'),
      ...(isOfProcesses
        ? inCode(file, imported, 'exec() runs a shell: use spawn with an argument list')
        : []),
      ...starts,
    ];
  },
};
