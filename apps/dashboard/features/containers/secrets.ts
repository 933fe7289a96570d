/** Names behind which people keep secrets. */
const secretName =
  /(?:^|[_\-.])pass(?:wd|phrase)?(?:$|[_\-.\d])|password|passwd|secret|token|api[_-]?key|(?:^|[_\-.])key$|private[_-]?key|access[_-]?key|credential|(?:^|[_\-.])(?:auth|salt|dsn|pwd|pw|cert)(?:$|[_\-.])|signature|cookie|session[_-]?key|license/i;
/** Values that are secrets whatever their name: an address with a password, a private key, tokens by their look. */
const secretValue =
  /:\/\/[^/\s:@]*:[^@\s]+@|-----BEGIN [A-Z ]*PRIVATE KEY|\b(?:gh[pousr]_|glpat-|xox[abprs]-|sk-|neb_)[A-Za-z0-9_-]{10,}|\beyJ[\w-]{10,}\.[\w-]{10,}\./;
const secretArgument = /^(--?[A-Za-z][\w-]*)=(.*)$/s;

/** What stands in place of a secret. */
export const masked = '••••••';

/** Whether a value under this name is to be kept from people who only look. */
export function isSecret(name: string, value: string): boolean {
  // Where a secret lies is none: MYSQL_PASSWORD_FILE=/run/secrets/x.
  if (/_file$/i.test(name) && value.startsWith('/')) return false;
  return value !== '' && (secretName.test(name) || secretValue.test(value));
}

/** One `NAME=value` of an environment. */
export function variableOf(line: string): { name: string; value: string; isSecret: boolean } {
  const at = line.indexOf('=');
  const name = at === -1 ? line : line.slice(0, at);
  const value = at === -1 ? '' : line.slice(at + 1);
  return { name, value, isSecret: isSecret(name, value) };
}

/** Arguments of a program without the secrets among them: `--password=x`, and what follows `--password`. */
export function maskArguments(command: readonly string[]): string[] {
  return command.map((part, at) => {
    const before = command[at - 1] ?? '';
    if (/^--?[A-Za-z][\w-]*$/.test(before) && isSecret(before.replace(/^-+/, ''), part)) return masked;
    const [, option = '', value = ''] = secretArgument.exec(part) ?? [];
    if (option !== '' && isSecret(option.replace(/^-+/, ''), value)) return `${option}=${masked}`;
    return secretValue.test(part) ? masked : part;
  });
}

/** What a program wrote, without the secrets that it was given: as arguments, as `NAME=value`, or known by their look. */
export function maskOutput(text: string): string {
  return text
    .split('\n')
    .map((line) => maskArguments(line.split(' ')).map(maskLine).join(' '))
    .join('\n');
}

/** Labels without the secrets among them, such as the password hashes of a proxy. */
export function maskLabels(labels: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(labels).map(([name, value]) => [name, isSecretLabel(name, value) ? masked : value]),
  );
}

function isSecretLabel(name: string, value: string): boolean {
  return isSecret(name, value) || /basicauth\.users|\$2[aby]\$|\$apr1\$/.test(`${name} ${value}`);
}

/**
 * An engine's own description of a container without secrets: the environment, labels and arguments as everywhere, and any
 * other text under a name that says secret.
 */
export function maskDescription(value: unknown, name = ''): unknown {
  if (typeof value === 'string') return isSecret(name, value) ? masked : value;
  if (Array.isArray(value)) {
    const isTexts = value.every((item) => typeof item === 'string');
    if (isTexts && name === 'Env') return value.map(maskLine);
    if (isTexts && /^(?:Args|Cmd|Entrypoint|Test)$/.test(name)) return maskArguments(value);
    return value.map((item) => maskDescription(item, name));
  }
  if (typeof value !== 'object' || value === null) return value;
  if (name === 'Labels') return maskLabels(textsOf(value));
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, maskDescription(item, key)]));
}

function maskLine(line: string): string {
  const variable = variableOf(line);
  return variable.isSecret ? `${variable.name}=${masked}` : line;
}

function textsOf(value: object): Record<string, string> {
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, String(item)]));
}
