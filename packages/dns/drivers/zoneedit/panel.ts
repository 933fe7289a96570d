import { createHash } from 'node:crypto';
import { DriverError } from '@nebula/errors';
import type { OutboundReply } from '@nebula/outbound';
import { LayerFault } from '../../faults.ts';
import { nameOrNull, quoted } from '../../record.ts';
import { type Caller, failureOf, oneLine } from '../../call.ts';
import { errorText, type FormFields, formFields, linksOf, plainText } from './form.ts';

/** Why the panel cannot be used by a program although the password may be right. */
export class NeedsSecondFactor extends LayerFault {
  constructor() {
    super(
      'sign-in',
      'unsupported',
      'This ZoneEdit account asks for a second factor at sign-in, so its control panel cannot be used unattended: only addresses and texts can be changed, with tokens.',
    );
  }
}

/** A session at the control panel. One zone at a time is selected in it, so the caller takes turns. */
export interface Panel {
  zones(signal: AbortSignal | undefined): Promise<string[]>;
  /** Fields of the page that edits a type. */
  open(zone: string, page: string, signal: AbortSignal | undefined): Promise<FormFields>;
  /** Sends the fields of that page back and confirms. Throws a DriverError `rejected` with the panel's words. */
  save(page: string, fields: FormFields, signal: AbortSignal | undefined): Promise<void>;
}

/** See {@link Panel}; signs in when it has to. */
export function openPanel({
  caller,
  username,
  password,
}: {
  caller: Caller;
  username: string;
  password: string;
}): Panel {
  const cookies = new Map<string, string>();
  let isSignedIn = false;
  let selected: string | null = null;

  async function send(
    path: string,
    form: FormFields | null,
    signal: AbortSignal | undefined,
  ): Promise<OutboundReply> {
    const headers: Record<string, string> = { 'user-agent': 'nebula', accept: 'text/html' };
    if (cookies.size > 0)
      headers['cookie'] = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    if (form !== null) headers['content-type'] = 'application/x-www-form-urlencoded';
    const reply = await caller.fetch(path, {
      ...{ method: form === null ? 'GET' : 'POST', headers, keepsRedirects: true },
      ...(form === null ? {} : { body: new URLSearchParams([...form]).toString() }),
      ...(signal === undefined ? {} : { signal }),
    });
    for (const line of reply.cookies) keepCookie(cookies, line);
    if (reply.status >= 400) throw failureOf(reply, null);
    return reply;
  }

  async function signIn(signal: AbortSignal | undefined): Promise<void> {
    cookies.clear();
    selected = null;
    const form = formFields(bodyOf(await send('/login.php', null, signal)));
    const challenge = form.get('login_chal');
    if (challenge === undefined) throw strange('its sign-in page has no challenge');
    form.set('login_user', username);
    form.set('login_pass', password);
    form.set('login_hash', md5(`${username}${md5(password)}${challenge}`));
    form.set('login.x', '1');
    form.set('login.y', '1');
    const reply = await send('/home/', form, signal);
    const target = locationOf(reply);
    if (target?.startsWith('/manage/domains') === true) {
      isSignedIn = true;
      return;
    }
    const text = target === null ? plainText(bodyOf(reply)) : target;
    if (/two.?factor|2fa|verification code|authenticator|one.?time/i.test(text))
      throw new NeedsSecondFactor();
    if (target?.startsWith('/login.php') === true || /invalid username-password/i.test(text))
      throw new LayerFault('sign-in', 'unauthorized', 'ZoneEdit refuses the user name or the password.');
    throw strange('the sign-in led nowhere that is known');
  }

  /** A page that needs a session, and maybe a selected zone; signs in again once when the session is over. */
  async function page(
    path: string,
    form: FormFields | null,
    signal: AbortSignal | undefined,
    zone: string | null = null,
  ): Promise<string> {
    const begin = async () => {
      await signIn(signal);
      if (zone !== null) await select(zone, signal);
    };
    if (!isSignedIn) await begin();
    for (let attempt = 1; ; attempt += 1) {
      const reply = await send(path, form, signal);
      const target = locationOf(reply);
      if (target === null) return bodyOf(reply);
      isSignedIn = false;
      // What was sent belongs to the old session: the caller reads again.
      if (form !== null || attempt > 1 || !target.startsWith('/login.php'))
        throw new LayerFault(
          'answer',
          'unavailable',
          'The session at ZoneEdit ended in the middle; nothing was confirmed.',
        );
      await begin();
    }
  }

  async function select(zone: string, signal: AbortSignal | undefined): Promise<void> {
    const html = await page(`/manage/domains/zone/index.php?LOGIN=${encodeURIComponent(zone)}`, null, signal);
    if (errorText(html) !== null)
      throw new LayerFault('zone', 'rejected', `This ZoneEdit account does not hold the zone ${zone}.`);
    selected = zone;
  }

  return {
    async zones(signal) {
      const html = await page('/manage/domains/', null, signal);
      const names = linksOf(html).flatMap((link) => {
        const name = /[?&]LOGIN=([^&#]+)/.exec(link)?.[1];
        return name === undefined ? [] : (nameOrNull(decodeURIComponent(name)) ?? []);
      });
      return [...new Set(names)];
    },
    async open(zone, name, signal) {
      for (let attempt = 1; ; attempt += 1) {
        if (selected !== zone) await select(zone, signal);
        const fields = formFields(await page(`/manage/domains/${name}/edit.php`, null, signal, zone));
        if (selected === zone && fields.has('csrf_token')) return fields;
        if (attempt > 1) throw strange(`its page of ${name} records has no form`);
        selected = null;
      }
    },
    async save(name, fields, signal) {
      const asked = await page(`/manage/domains/${name}/edit.php`, fields, signal);
      refuseErrors(asked);
      const confirmation = formFields(asked);
      if (!confirmation.has('csrf_token')) throw strange('it asked for no confirmation');
      confirmation.set('confirm', '');
      const done = await page(`/manage/domains/${name}/confirm.php`, confirmation, signal);
      refuseErrors(done);
      if (!/is now in place/i.test(plainText(done)))
        throw strange('it did not say that the change is in place');
    },
  };
}

function refuseErrors(html: string): void {
  const words = errorText(html);
  if (words !== null)
    throw new DriverError('rejected', `ZoneEdit refuses the change: ${quoted(oneLine(words))}.`);
}

function strange(what: string): LayerFault {
  return new LayerFault('answer', 'rejected', `ZoneEdit's control panel is not as it is known: ${what}.`);
}

function bodyOf(reply: OutboundReply): string {
  return reply.body.toString('utf8');
}

/** Path of a redirect; null when it is none. */
function locationOf(reply: OutboundReply): string | null {
  if (reply.status < 300 || reply.status > 399) return null;
  return URL.parse(reply.headers['location'] ?? '', reply.url.href)?.pathname ?? '';
}

function keepCookie(cookies: Map<string, string>, line: string): void {
  const [, name, value = ''] = /^\s*([^=;\s]+)=([^;]*)/.exec(line) ?? [];
  if (name === undefined) return;
  if (value === '' || /;\s*max-age=0\b/i.test(line)) cookies.delete(name);
  else cookies.set(name, value);
}

/** The panel's own challenge needs it; it protects nothing that TLS does not. */
function md5(text: string): string {
  return createHash('md5').update(text).digest('hex');
}
