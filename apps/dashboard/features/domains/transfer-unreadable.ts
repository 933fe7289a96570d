import { AppError } from '@nebula/errors';
import { mostRows } from './contract-transfer.ts';

const sentences = {
  'quote-open': 'A quote begins here and does not end.',
  'quote-inside': 'A quote, or a line break that is none, stands in the middle of a cell.',
  'too-long': 'One entry is longer than a million characters.',
  'no-columns': 'The first line must name the columns, at least “name”.',
  'column-unknown': 'The first line has a column that is not known here.',
  'column-twice': 'The first line has a column twice.',
  'not-json': 'This is not well-formed JSON.',
  'no-list': 'There is no list of domains: neither a JSON array nor an object with “domains”.',
  'not-caddyfile': 'The reverse proxy does not take this as a Caddyfile.',
  'zone-unknown': 'It is not said which zone this is: give its name, or begin the file with $ORIGIN.',
  empty: 'There is nothing in it.',
} as const;

/** Why nothing of a text can be read, with the line. */
export function unreadable(code: keyof typeof sentences, line: number | null, detail = ''): AppError {
  const place = line === null ? '' : `Line ${line}: `;
  return new AppError('FILE_UNREADABLE', `${place}${sentences[code]}${detail === '' ? '' : ` ${detail}`}`, {
    data: { reason: code, line },
  });
}

/** A text has more rows than one import takes. */
export function tooManyRows(): AppError {
  return new AppError('TOO_MANY_ROWS', `One import takes at most ${mostRows} rows. Cut it in two.`);
}
