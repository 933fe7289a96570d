import { type Message, oneLine, plainText } from '../../message.ts';

/** Longest part of an encoded word's text in bytes: 75 characters with its frame (RFC 2047 section 2). */
const wordBytes = 45;

/** A message as RFC 5322 wants it, lines ended by CRLF; every text is encoded, so none can become a header. */
export function compose(message: Message, { from, to }: { from: string; to: readonly string[] }): string {
  const { id, title, body, link, at, severity } = message;
  const text = [plainText(body, 20_000), link ?? ''].filter((part) => part !== '').join('\n\n');
  const domain = from.slice(from.lastIndexOf('@') + 1);
  const headers = [
    `Date: ${at.toUTCString().replace('GMT', '+0000')}`,
    `From: NebulaCommand <${from}>`,
    `To: ${to.join(',\r\n ')}`,
    `Subject: ${encodedWords(oneLine(title, 200))}`,
    `Message-ID: <${id}@${domain}>`,
    'Auto-Submitted: auto-generated',
    ...(severity === 'critical' ? ['Importance: high', 'X-Priority: 1'] : []),
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=utf-8',
    'Content-Transfer-Encoding: base64',
  ];
  const lines =
    Buffer.from(text)
      .toString('base64')
      .match(/.{1,76}/g) ?? [];
  return [...headers, '', ...lines, ''].join('\r\n');
}

/** RFC 2047; each word holds whole characters. */
function encodedWords(text: string): string {
  const words: string[] = [];
  let word = '';
  for (const character of text) {
    if (Buffer.byteLength(word + character) > wordBytes) {
      words.push(word);
      word = '';
    }
    word += character;
  }
  return [...words, word].map((one) => `=?utf-8?B?${Buffer.from(one).toString('base64')}?=`).join('\r\n ');
}
