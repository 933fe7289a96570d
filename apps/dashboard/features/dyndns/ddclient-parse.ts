/** Hosts that ddclient updates with one set of options. */
export interface ParsedEntry {
  protocol: string;
  server: string | null;
  login: string | null;
  /** Never leaves the process but into the vault. */
  password: string | null;
  zone: string | null;
  /** Whether `ssl=no` is said. */
  isPlain: boolean;
  names: string[];
}

/** A configuration of ddclient as far as it concerns who updates which names. */
export interface ParsedConfig {
  entries: ParsedEntry[];
  /** Options that say where the address comes from, as they are written. */
  addressFrom: string[];
  /** Lines that are neither options nor hosts. */
  notUnderstood: number[];
  /** Every password in it; they leave the process never, or only into the vault. */
  secrets: string[];
}

type Options = ReadonlyMap<string, string>;

/** The protocol of a configuration that names none. */
const usualProtocol = 'dyndns2';
const longestLine = 20_000;

/**
 * Reads a configuration as ddclient does (ddclient(8) and `parse_assignment` of its source): a backslash at the end of a line
 * goes on with the next one, `#` begins a comment outside of quotes, a value ends at a comma or space unless quoted. Options of a
 * line without hosts hold for all lines after it, others for the hosts of their line, which may name login and password too.
 */
export function parseDdclient(text: string): ParsedConfig {
  const entries = new Map<string, ParsedEntry>();
  const addressFrom = new Set<string>();
  const notUnderstood: number[] = [];
  const secrets = new Set<string>();
  const globals = new Map<string, string>();
  for (const { line, number } of logicalLines(text)) {
    const { options, rest, isWhole } = assignments(line);
    for (const [key, value] of options) {
      if (!isPlace.test(key)) continue;
      const { bare, passwords } = withoutLogin(value);
      options.set(key, bare);
      for (const each of passwords) secrets.add(each);
    }
    const words = rest
      .replace(/\s*,\s*/g, ',')
      .split(/\s+/)
      .filter((word) => word !== '');
    const [hosts = '', login, password, ...more] = words;
    if (!isWhole || more.length > 0 || line.length > longestLine) {
      notUnderstood.push(number);
      continue;
    }
    for (const [key, value] of options)
      if (/^(?:use|usev4|usev6|web|webv4|webv6|if|ifv4|ifv6)$/.test(key)) addressFrom.add(`${key}=${value}`);
    const names = hosts.split(',').filter((name) => name !== '');
    if (names.length === 0) {
      for (const [key, value] of options) globals.set(key, value);
      continue;
    }
    if (names.some((name) => !/^[\w*@.-]{1,253}$/.test(name))) {
      notUnderstood.push(number);
      continue;
    }
    const own = new Map([...globals, ...options]);
    if (login !== undefined) own.set('login', login);
    if (password !== undefined) own.set('password', password);
    const entry = entryOf(own);
    if (entry.password !== null) secrets.add(entry.password);
    const key = JSON.stringify([entry.protocol, entry.server, entry.login, entry.password, entry.zone]);
    const known = entries.get(key) ?? entry;
    for (const name of names) if (!known.names.includes(name)) known.names.push(name);
    entries.set(key, known);
  }
  const whole = { entries: [...entries.values()], addressFrom: [...addressFrom] };
  return { ...whole, notUnderstood, secrets: [...secrets] };
}

/** Options whose value is an address, in which a login may stand: `http://admin:secret@fritz.box/`. */
const isPlace = /^(?:web|webv4|webv6|server)$/;

/** An address without what stands before its last `@`, and the passwords in that, as written and as meant. */
function withoutLogin(value: string): { bare: string; passwords: string[] } {
  const [, scheme = '', login, place = ''] = /^([a-z][a-z0-9+.-]*:\/\/)?(.*)@(.*)$/is.exec(value) ?? [];
  if (login === undefined) return { bare: value, passwords: [] };
  const password = login.slice(login.indexOf(':') + 1);
  return {
    bare: `${scheme}${place}`,
    passwords: [password, decoded(password)].filter((text) => text !== ''),
  };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (error instanceof URIError) return text;
    throw error;
  }
}

function entryOf(options: Options): ParsedEntry {
  const given = (key: string) => {
    const value = options.get(key);
    return value === undefined || value === '' ? null : value;
  };
  return {
    protocol: (given('protocol') ?? usualProtocol).toLowerCase(),
    server: given('server'),
    login: given('login'),
    password: given('password'),
    zone: given('zone'),
    isPlain: given('ssl') === 'no',
    names: [],
  };
}

/** Lines as they are meant, without comments, each with the number it begins at. */
function* logicalLines(text: string): Generator<{ line: string; number: number }> {
  const parts: string[] = [];
  let number = 1;
  const lines = text.split(/\r\n?|\n/);
  for (const [index, raw] of lines.entries()) {
    const bare = withoutComment(raw).trim();
    const goesOn = /(?:^|[^\\])(?:\\\\)*\\$/.test(bare);
    if (parts.length === 0) number = index + 1;
    parts.push(goesOn ? bare.slice(0, -1) : bare);
    if (goesOn && index < lines.length - 1) continue;
    const line = parts.splice(0).join(' ');
    if (line.trim() !== '') yield { line, number };
  }
}

function withoutComment(line: string): string {
  let quote = '';
  for (let at = 0; at < line.length; at += 1) {
    const letter = line.charAt(at);
    if (letter === '\\') at += 1;
    else if (quote !== '') quote = letter === quote ? '' : quote;
    else if (letter === '"' || letter === "'") quote = letter;
    else if (letter === '#') return line.slice(0, at);
  }
  return line;
}

/** Takes the `key=value` of a line off its beginning; what follows are hosts. */
function assignments(line: string): { options: Map<string, string>; rest: string; isWhole: boolean } {
  const options = new Map<string, string>();
  let at = 0;
  for (;;) {
    const begun = /^[,\s]*([A-Za-z][\w-]*)\s*=\s*/.exec(line.slice(at));
    if (begun === null) break;
    at += begun[0].length;
    let value = '';
    let quote = '';
    for (; at < line.length; at += 1) {
      const letter = line.charAt(at);
      if (letter === '\\') value += line.charAt((at += 1));
      else if (quote !== '' && letter === quote) quote = '';
      else if (quote === '' && (letter === '"' || letter === "'")) quote = letter;
      else if (quote === '' && /[\s,]/.test(letter)) break;
      else value += letter;
    }
    if (quote !== '') return { options, rest: '', isWhole: false };
    options.set((begun[1] ?? '').toLowerCase(), value);
  }
  const rest = line.slice(at).replace(/^[,\s]+/, '');
  return { options, rest, isWhole: !/=/.test(rest) };
}
