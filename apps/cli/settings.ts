import { readSettings, secretSetting, setting } from '@nebula/config';
import { z } from 'zod';

const path = z.string().startsWith('/').optional();
/** The base-directory specification says that relative values are to be ignored. */
const baseDirectory = z
  .string()
  .optional()
  .transform((value) => (value?.startsWith('/') === true ? value : undefined));

/** Everything that can be set for the command line. */
const cliSettings = {
  url: setting('NEBULA_URL', z.string().optional(), 'Address of the server, such as https://host.example'),
  apiKey: secretSetting('NEBULA_API_KEY', 'API key for that address'),
  caFile: setting('NEBULA_CA', path, 'File with the authority (PEM) that signed its certificate'),
  configHome: setting('XDG_CONFIG_HOME', baseDirectory, 'Directory of configuration files'),
  stateHome: setting('XDG_STATE_HOME', baseDirectory, 'Directory of data that programs keep'),
  sessionDir: setting('XDG_RUNTIME_DIR', baseDirectory, 'Directory of sockets of this session'),
  noColor: setting('NO_COLOR', z.string().default(''), 'Anything: no colours on the terminal'),
  term: setting('TERM', z.string().default(''), 'Kind of the terminal; `dumb` has no colours'),
  loginShell: setting('SHELL', z.string().default(''), 'Shell of the person, for completion'),
  path: setting('PATH', z.string().default(''), 'Directories in which programs are found'),
  dataHome: setting('XDG_DATA_HOME', baseDirectory, 'Directory of files that programs share'),
  dataDir: setting('NEBULA_DATA', path, 'Directory of all data'),
  databaseUrl: secretSetting('DATABASE_URL', 'Your own PostgreSQL; the embedded one when left out'),
  port: setting(
    'PORT',
    z.coerce.number().int().min(1).max(65_535).default(5000),
    'Port of the server on this machine',
  ),
};

/** The settings as read from the environment. */
export type CliConfig = ReturnType<typeof readCliConfig>;

/** Reads them; throws ConfigError with all problems. */
export function readCliConfig(environment?: NodeJS.ProcessEnv) {
  return readSettings(cliSettings, environment);
}
