import { printable } from './part.mjs';

/**
 * What the server says over IPC when it answers requests.
 * @typedef {object} ServerReady
 * @property {string} url
 * @property {string | null} setupUrl
 * @property {{ found: boolean, detail: string }} docker
 * @property {string} data
 * @property {string[]} missing sentences about what is not there
 */

/**
 * Reads the server's message; a field that is missing or odd becomes something printable.
 * @param {Record<string, unknown>} message
 * @param {string} data
 * @returns {ServerReady}
 */
export function readServerReady(message, data) {
  const docker = /** @type {Record<string, unknown>} */ (
    typeof message.docker === 'object' && message.docker !== null ? message.docker : {}
  );
  return {
    url: printable(message.url ?? ''),
    setupUrl: typeof message.setupUrl === 'string' ? printable(message.setupUrl) : null,
    docker: { found: docker.found === true, detail: printable(docker.detail ?? '') },
    data: typeof message.data === 'string' ? printable(message.data) : printable(data),
    missing: Array.isArray(message.missing) ? message.missing.map(printable) : [],
  };
}

/**
 * The one block a person reads after a start.
 * @param {ServerReady} ready
 * @param {{ pid: number, isColour: boolean, addresses: string[], trust: string[], notes: string[] }} more
 *   `addresses`: where else it answers; `trust`: how to trust our authority
 * @returns {string}
 */
export function banner(ready, more) {
  const bold = (/** @type {string} */ text) => (more.isColour ? `\x1b[1m${text}\x1b[22m` : text);
  const faint = (/** @type {string} */ text) => (more.isColour ? `\x1b[2m${text}\x1b[22m` : text);
  const [address = ready.url, ...others] = more.addresses.length > 0 ? more.addresses : [ready.url];
  /** @type {[label: string, text: string][]} */
  const rows = [
    ['Address', bold(address)],
    ...others.map((/** @type {string} */ other) => /** @type {[string, string]} */ (['', other])),
  ];
  if (ready.setupUrl !== null) rows.push(['Set up', `${bold(ready.setupUrl)} ${faint('(works once)')}`]);
  rows.push(['Data', ready.data]);
  rows.push([
    'Docker',
    `${ready.docker.found ? 'found' : 'not found'}${ready.docker.detail && `: ${ready.docker.detail}`}`,
  ]);
  for (const [index, text] of ready.missing.entries()) rows.push([index === 0 ? 'Missing' : '', text]);
  for (const text of more.notes) rows.push(['Note', text]);
  for (const [index, text] of more.trust.entries()) rows.push([index === 0 ? 'Trust' : '', text]);
  rows.push(['Stop', `Ctrl-C, or: kill ${more.pid}`]);
  const lines = rows.map(([label, text]) => `  ${faint(label.padEnd(8))} ${text}`);
  return `\n${bold('NebulaCommand is running')}\n${lines.join('\n')}\n\n`;
}
