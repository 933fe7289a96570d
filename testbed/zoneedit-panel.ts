import { createHash, randomBytes } from 'node:crypto';
import type { ZoneEditAccount, ZoneEditRow, ZoneEditType } from './zoneedit.ts';

/** What the panel's pages work on. */
export interface PanelWorld {
  account: ZoneEditAccount;
  rows(zone: string, type: ZoneEditType): ZoneEditRow[];
  replace(zone: string, type: ZoneEditType, rows: ZoneEditRow[]): void;
}

/** A page of the panel. */
export interface PanelReply {
  status: number;
  body: string;
  headers: Record<string, string | string[]>;
}

interface Session {
  zone: string | null;
  csrf: string;
  /** Of the edit page opened last: an older page cannot be sent any more. */
  tab: string;
  pending: { type: ZoneEditType; rows: ZoneEditRow[]; key: string } | null;
}

const prefixes: Record<ZoneEditType, string> = {
  a: 'A',
  ipv6: 'IPV6',
  cname: 'CNAME',
  mx: 'MX',
  ns: 'NS',
  txt: 'TXT',
};
const valueFields: Record<ZoneEditType, string[]> = {
  a: ['ip'],
  ipv6: ['ip'],
  cname: ['alias'],
  mx: ['pref', 'server'],
  ns: ['server'],
  txt: ['txt'],
};

/** The control panel: sign-in by challenge, one selected zone per session, edit and confirm. Its HTML is as sloppy as theirs. */
export function zoneEditPanel(world: PanelWorld) {
  const sessions = new Map<string, Session>();
  const challenges = new Set<string>();

  function signIn(form: URLSearchParams): PanelReply {
    const { user, password, hasSecondFactor } = world.account;
    const challenge = form.get('login_chal') ?? '';
    const isRight =
      challenges.delete(challenge) &&
      form.get('csrf_token') === `csrf-${challenge}` &&
      form.get('login_extra') === 'keep & return' &&
      form.get('login_user') === user &&
      form.get('login_hash') === md5(`${user}${md5(password)}${challenge}`);
    if (!isRight) return page('<p>Invalid username-password combination<br>', 200);
    if (hasSecondFactor)
      return page('<form><p>Enter the verification code of your authenticator<input name=code></form>');
    const id = randomBytes(9).toString('hex');
    sessions.set(id, { zone: null, csrf: token(), tab: '', pending: null });
    return redirect('/manage/domains/', [`PHPSESSID=${id}; path=/; HttpOnly`, 'lang=en, us; path=/']);
  }

  function loginPage(): PanelReply {
    const challenge = token();
    challenges.add(challenge);
    const body =
      `<FORM method=post action='/home/'><INPUT TYPE=hidden NAME=login_chal VALUE="${challenge}">` +
      `<input value='csrf-${challenge}' type='hidden' name='csrf_token'/>` +
      '<input type=hidden name="login_extra" value="keep &amp; return"><input name=login_user><input type=image name=login src=x>';
    return page(body, 200, { 'set-cookie': `pre=${token()}; path=/` });
  }

  function editPage(session: Session, zone: string, type: ZoneEditType): PanelReply {
    session.csrf = token();
    session.tab = token();
    const prefix = prefixes[type];
    const rows = world.rows(zone, type).map((row, index) => rowHtml(prefix, index, row, type));
    const blanks = [0, 1].map((extra) => rowHtml(prefix, rows.length + extra, null, type));
    return page(
      `<form method="post"><table>${rows.join('\n')}${blanks.join('\n')}</table>` +
        `<input type="hidden" name="csrf_token" value="${session.csrf}"><input type="hidden" name="multipleTabFix" value="${session.tab}">` +
        '<input type="hidden" name="MODE" value="edit"><input type="submit" name="next" value="Next">',
    );
  }

  function edited(session: Session, zone: string, type: ZoneEditType, form: URLSearchParams): PanelReply {
    if (form.get('csrf_token') !== session.csrf || form.get('MODE') !== 'edit')
      return wrong('Your form has expired.');
    if (form.get('multipleTabFix') !== session.tab) return wrong('You have this page open in another tab.');
    const rows: ZoneEditRow[] = [];
    const indexes = new Set(
      [...form.keys()].flatMap((name) => /^[A-Z0-9]+::(\d+)::/.exec(name)?.[1] ?? []).map(Number),
    );
    for (const index of [...indexes].sort((left, right) => left - right)) {
      const field = (name: string) => form.get(`${prefixes[type]}::${index}::${name}`) ?? '';
      const values = Object.fromEntries(valueFields[type].map((name) => [name, field(name)]));
      if (field('del') === '1' || Object.values(values).every((value) => value === '')) continue;
      const ttl = Number(field('ttl'));
      if (!Number.isInteger(ttl) || ttl < 60 || ttl > 86_400)
        return wrong('The TTL must be between 60 and 86400.');
      if (type === 'a' && values['ip'] !== 'PARK' && !/^\d+\.\d+\.\d+\.\d+$/.test(values['ip'] ?? ''))
        return wrong(`Invalid IP address <b>${escape(values['ip'] ?? '')}</b>`);
      if (values['server'] === 'refused.example.net')
        return wrong('That server is not allowed.<script>alert(1)</script>');
      rows.push({ host: field('host'), ttl, values });
    }
    session.pending = { type, rows, key: token() };
    return page(
      `<form><input type=hidden name=csrf_token value=${session.csrf}><input type=hidden name=multipleTabFix value=${session.tab}>` +
        `<input type='hidden' name='NEW_${prefixes[type]}' value='${session.pending.key}'><input type=submit name=confirm value=Confirm>`,
    );
  }

  function confirmed(session: Session, zone: string, type: ZoneEditType, form: URLSearchParams): PanelReply {
    const { pending } = session;
    const isRight =
      pending?.type === type &&
      form.get('csrf_token') === session.csrf &&
      form.get('multipleTabFix') === session.tab &&
      form.get(`NEW_${prefixes[type]}`) === pending.key &&
      form.has('confirm');
    if (!isRight || pending === null) return wrong('There is nothing to confirm.');
    session.pending = null;
    world.replace(zone, type, pending.rows);
    return page(`<p>Your new DNS information for <b>${escape(zone)}</b>\n is now in place.`);
  }

  return {
    /** Ends all sessions, as the panel does after a while. */
    endSessions: () => sessions.clear(),
    answer(method: string, url: URL, cookie: string, form: URLSearchParams): PanelReply {
      if (url.pathname === '/login.php') return loginPage();
      if (url.pathname === '/home/') return signIn(form);
      const session = sessions.get(/PHPSESSID=([0-9a-f]+)/.exec(cookie)?.[1] ?? '');
      if (session === undefined) return redirect('/login.php');
      if (url.pathname === '/manage/domains/') return page(zonesHtml(world.account));
      if (url.pathname === '/manage/domains/zone/index.php') {
        const zone = url.searchParams.get('LOGIN') ?? '';
        if (!world.account.zones.includes(zone)) return wrong('You have no such domain.');
        session.zone = zone;
        return page(`<h1>${escape(zone)}</h1>`);
      }
      const [, type = '', step] = /^\/manage\/domains\/(\w+)\/(edit|confirm)\.php$/.exec(url.pathname) ?? [];
      if (!isType(type) || session.zone === null) return { status: 404, body: 'no', headers: {} };
      if (method === 'GET') return editPage(session, session.zone, type);
      if (step === 'edit') return edited(session, session.zone, type, form);
      return confirmed(session, session.zone, type, form);
    },
  };
}

function isType(text: string): text is ZoneEditType {
  return text in prefixes;
}

function zonesHtml({ zones }: ZoneEditAccount): string {
  const links = zones.map((zone) => `<li><A HREF='zone/index.php?LOGIN=${zone}'>${zone}</A>`);
  return `<ul>${links.join('')}<li><a href="/logout.php">Log out</a></ul>`;
}

/** Attributes in changing order and quotes, as in pages that grew over twenty years. */
function rowHtml(prefix: string, index: number, row: ZoneEditRow | null, type: ZoneEditType): string {
  const name = (field: string) => `${prefix}::${index}::${field}`;
  const cells = valueFields[type].map((field) => {
    const value = escape(row?.values[field] ?? '');
    if (field === 'txt') return `<textarea name="${name(field)}" rows=2>\n${value}</textarea>`;
    return index % 2 === 0
      ? `<input name="${name(field)}" value="${value}">`
      : `<INPUT value='${value}' NAME='${name(field)}' >`;
  });
  return (
    `<tr><td><input type=text value="${escape(row?.host ?? '')}" name="${name('host')}" size=20><td>${cells.join('<td>')}` +
    `<td><select name="${name('ttl')}"><option value=60>60<option value="${row?.ttl ?? 3600}" selected>${row?.ttl ?? 3600}</select>` +
    `<input type=hidden name="${name('zone_id')}" value=77><input type=hidden name="${name('revoked')}" value="">` +
    `<input type=checkbox name="${name('del')}" value=1>`
  );
}

function wrong(words: string): PanelReply {
  return page(`<table><tr><td><font class="error">${words}</font><td><a href=x>Back</a></table>`);
}

function page(body: string, status = 200, headers: Record<string, string> = {}): PanelReply {
  return {
    status,
    body: `<html><body bgcolor=#ffffff>${body}`,
    headers: { 'content-type': 'text/html; charset=UTF-8', ...headers },
  };
}

function redirect(location: string, cookies: string[] = []): PanelReply {
  return {
    status: 302,
    body: '',
    headers: { location, ...(cookies.length > 0 ? { 'set-cookie': cookies } : {}) },
  };
}

function escape(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#039;');
}

function md5(text: string): string {
  return createHash('md5').update(text).digest('hex');
}

function token(): string {
  return randomBytes(8).toString('hex');
}
