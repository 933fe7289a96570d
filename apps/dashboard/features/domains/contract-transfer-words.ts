import type { Said } from './contract-transfer.ts';

type Values = Record<string, string>;

/** What an import says of rows: by the server to everybody, and by the catalogue of the web to its readers. */
export const importWords = {
  json: (_values: Values) => 'This is not well-formed JSON.',
  'too-long': ({ most = '' }: Values) => `One entry has at most ${most} characters.`,
  cells: ({ count = '', wanted = '' }: Values) => `It has ${count} cells, and the header has ${wanted}.`,
  field: ({ field = '', message = '' }: Values) => `${field}: ${message}`,
  'options-json': (_values: Values) => 'The options must be a JSON object.',
  'leads-to': ({ kind = '' }: Values) =>
    kind === 'redirect'
      ? 'A redirect leads to an address such as https://example.com.'
      : `A target of the kind ${kind} is written name:port, several with a space between.`,
  kind: ({ kind = '' }: Values) =>
    kind === ''
      ? 'It is not said whether it leads to a container, addresses or a redirect.'
      : `“${kind}” is not container, addresses or redirect.`,
  'yes-or-no': ({ field = '' }: Values) => `${field} is yes or no.`,
  twice: ({ row = '' }: Values) => `This name stands in row ${row} already.`,
  'provider-unknown': ({ provider = '' }: Values) => `There is no DNS provider called ${provider}.`,
  'provider-no-zone': ({ provider = '' }: Values) => `${provider} holds no zone in which this name lies.`,
  'zone-unknown': ({ zone = '' }: Values) => `No provider here holds the zone ${zone}.`,
  'zone-line': ({ message = '' }: Values) => message,
  'needs-target': ({ records = '' }: Values) =>
    records === '' ? 'It is not said what it leads to.' : `DNS has ${records}. What should it lead to?`,
  'no-address': ({ types = '' }: Values) =>
    `It has only records of the type ${types}; they stay as they are.`,
  'no-name': (_values: Values) => 'This is not a whole name such as photos.example.com.',
  'every-name': (_values: Values) => 'It answers to every name.',
  'more-than-names': (_values: Values) => 'It is chosen by more than its names.',
  nowhere: ({ what = '' }: Values) =>
    what === ''
      ? 'It does not say what it leads to.'
      : `What it leads to cannot be said by a domain: ${what}.`,
  files: (_values: Values) => 'It serves files; a domain leads to a container, an address or another site.',
  answer: (_values: Values) =>
    'It answers by itself; a domain leads to a container, an address or another site.',
  'other-port': ({ ports = '' }: Values) =>
    `It is served at ${ports}; a domain is served at the usual ports.`,
  'http-twin': (_values: Values) =>
    'Another site of the file serves this name over HTTPS; visitors of HTTP are sent there anyway.',
  'snippet-refused': ({ message = '' }: Values) => `It cannot be kept as a snippet: ${message}`,
  'records-there': (_values: Values) =>
    'Its records were written where they are kept now. Remove the domain and add it anew to keep them elsewhere.',
  removing: (_values: Values) => 'It is being removed just now.',
  'kept-as-snippet': ({ directives = '' }: Values) => `Kept as a snippet: ${directives}.`,
  lost: ({ directives = '' }: Values) => `Not taken over: ${directives}. A snippet cannot hold it.`,
  'http-only': (_values: Values) => 'It was served over HTTP alone; a domain is served over HTTPS.',
  'global-lost': ({ options = '' }: Values) =>
    `Global options stay with the owner of the Caddyfile: ${options}.`,
  others: ({ names = '' }: Values) => `It shares its site with ${names}; each becomes a domain.`,
  'account-name': ({ name = '' }: Values) => `“${name}” is no username that an account here may have.`,
  'account-twice': ({ name = '' }: Values) => `The account “${name}” stands there twice.`,
  'accounts-many': ({ count = '', most = '' }: Values) =>
    `It would have ${count} accounts; a site has at most ${most}.`,
  'accounts-locked': ({ names = '' }: Values) =>
    `${names} cannot get in until a new password is set: passwords are in no file.`,
  'hash-hidden': (_values: Values) =>
    'It was exported by somebody who may not see the hashes of its passwords, and would replace them.',
  'note-cut': (_values: Values) => 'Its comment was cut to what a note may hold.',
} as const;

/** A code of {@link importWords}. */
export type ImportCode = keyof typeof importWords;

/** A sentence of an import. */
export function said(code: ImportCode, values: Values = {}): Said {
  return { code, values, sentence: importWords[code](values) };
}
