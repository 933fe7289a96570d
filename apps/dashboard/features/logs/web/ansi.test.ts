import fc from 'fast-check';
import { expect, test } from 'vitest';
import { shownText, spansOf } from './ansi.ts';

const esc = '\u001b';

test('colours become pieces, and end where they are reset', () => {
  const spans = spansOf(`${esc}[1;31mbad${esc}[0m fine ${esc}[92mgood${esc}[39m.`);

  expect(spans.map(({ text, ink, isBold }) => [text, ink, isBold])).toEqual([
    ['bad', 'danger', true],
    [' fine ', null, false],
    ['good', 'success', false],
    ['.', null, false],
  ]);
});

test('colours of 256 and of 24 bits become the nearest ink of the theme', () => {
  const inkOf = (codes: string) => spansOf(`${esc}[${codes}mx`)[0]?.ink;

  expect([inkOf('38;5;196'), inkOf('38;5;46'), inkOf('38;2;40;60;250'), inkOf('38:5:240')]).toEqual([
    'danger',
    'success',
    'info',
    'muted',
  ]);
});

test.each([
  [`${esc}[2J${esc}[Hcleared`, 'cleared'],
  [`${esc}]0;title\u0007text`, 'text'],
  [`${esc}]8;;https://evil.example${esc}\\link${esc}]8;;${esc}\\`, 'link'],
  [`${esc}]52;c;cm0gLXJm\u0007clip`, 'clip'],
  [`${esc}P1$r0m${esc}\\dcs`, 'dcs'],
  [`a${esc}[?25lb${esc}cc`, 'abc'],
  [`a\rb\u0008c\u0000d`, 'abcd'],
  [`name\u202Egnp.exe`, 'namegnp.exe'],
  [`cut${esc}[3`, 'cut'],
  ['<img src=x onerror=alert(1)>', '<img src=x onerror=alert(1)>'],
  ['a\tb', 'a    b'],
])('%j is shown as %j', (line, text) => {
  expect(shownText(line)).toBe(text);
});

test('whatever a line holds, no control character is left of it, and plain text is not changed', () => {
  const part = fc.oneof(
    fc.string(),
    fc.constantFrom(esc, `${esc}[`, `${esc}]`, '\u0007', ';', '31', 'm', '\u009b', '\u202e'),
  );
  fc.assert(
    fc.property(fc.array(part), (parts) => {
      expect(shownText(parts.join(''))).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e]/);
    }),
  );
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme-ascii' }), (text) => {
      expect(shownText(text)).toBe(text);
    }),
  );
});
