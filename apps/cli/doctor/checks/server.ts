import { readFileSync } from 'node:fs';
import { request as plain } from 'node:http';
import { request as encrypted } from 'node:https';
import { authorityOf } from '../../local/installation.ts';
import { type Check, type Finding, ok, problem, reasonOf } from '../check.ts';

/** Whether the server says that it is well, at the address its launcher gave. */
export const health: Check = {
  id: 'server',
  area: 'NebulaCommand',
  title: 'Server',
  meaning: 'Web, API and jobs come from here.',
  async look({ url, installation }, signal) {
    const authority = installation === undefined ? undefined : authorityOf(installation);
    try {
      return judgeAnswer(url, await get(`${url}/api/health`, authority, signal));
    } catch (error) {
      return judgeNoAnswer(url, reasonOf(error));
    }
  },
};

/** The verdict on what answered at the server's address. */
export function judgeAnswer(url: string, { status, text }: { status: number; text: string }): Finding {
  if (status === 200 && text === '{"ok":true}') return ok(`It answers at ${url}.`);
  return problem(
    `${url} answers ${status}, which is not NebulaCommand's answer.`,
    'Another program may hold the port; the check "Port" names it.',
  );
}

/** The verdict when nothing answered. */
export function judgeNoAnswer(url: string, reason: string): Finding {
  return problem(
    `Nothing answers at ${url} (${reason}).`,
    'Start NebulaCommand (`npm start`); its log says why if it does not.',
  );
}

function get(
  url: string,
  authority: string | undefined,
  signal: AbortSignal,
): Promise<{ status: number; text: string }> {
  const request = url.startsWith('https:') ? encrypted : plain;
  const ca = authority === undefined ? {} : { ca: readFileSync(authority) };
  return new Promise((resolve, reject) => {
    const call = request(url, { signal, agent: false, ...ca }, (answer) => {
      let text = '';
      answer.setEncoding('utf8');
      answer.on('data', (part: string) => {
        if (text.length < 65_536) text += part;
      });
      answer.on('error', reject);
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, text }));
    });
    call.on('error', reject);
    call.end();
  });
}
