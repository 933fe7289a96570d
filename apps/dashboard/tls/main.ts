import { parseArgs } from 'node:util';
import { join } from 'node:path';
import { ensureCertificates } from './authority.ts';
import { openPrivateFiles } from './private-files.ts';

// A short program of its own: the library it loads costs memory that the server need not keep.
const { values } = parseArgs({ options: { data: { type: 'string' }, hosts: { type: 'string' } } });
const { data, hosts } = values;
if (data === undefined || hosts === undefined) {
  process.stderr.write('Usage: main.ts --data DIR --hosts NAME,ADDRESS,...\n');
  process.exit(64);
}
const files = await openPrivateFiles(join(data, 'tls'));
const result = await ensureCertificates(
  files,
  hosts.split(',').filter((host) => host !== ''),
  new Date(),
);
process.stdout.write(`${JSON.stringify(result)}\n`);
