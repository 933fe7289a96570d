import type { Clock } from '@nebula/clock';
import { DriverError } from '@nebula/errors';
import { NoAnswer, type OutboundReply } from '@nebula/outbound';
import { LayerFault, MustWait } from '../../faults.ts';
import type { Change, DriverWriteOptions } from '../../port.ts';
import { bytesOfText, quoted } from '../../record.ts';
import { nameWait, type Pace, type Pacer } from '../../waits.ts';
import { type Caller, failureOf, notUnderstood, oneLine } from '../../call.ts';
import { parseDynamicReply } from './reply.ts';

/** Limits of the channel: one change of a host's address, one call about texts. */
export const hostIntervalMs = 600_000;
export const textIntervalMs = 10_000;

/** The documented channel: changes an A record that exists, makes and deletes TXT records. */
export interface DynamicChannel {
  /** Whether it can make this change at all. */
  canMake(change: Change): boolean;
  /** Makes it. Throws MustWait when a limit says not yet. */
  make(change: Change, options: DriverWriteOptions): Promise<void>;
  /** Throws when the token of a zone is not taken; changes nothing. */
  signIn(zone: string, signal: AbortSignal | undefined): Promise<void>;
}

/** See {@link DynamicChannel}; `tokens` holds the Dynamic Authentication token of each zone. */
export function dynamicChannel(parts: {
  caller: Caller;
  username: string;
  tokens: Readonly<Record<string, string>>;
  pacer: Pacer;
  clock: Clock;
}): DynamicChannel {
  const { caller, username, tokens, pacer, clock } = parts;

  async function call(path: string, zone: string, signal: AbortSignal | undefined): Promise<OutboundReply> {
    const login = Buffer.from(`${username}:${tokens[zone] ?? ''}`).toString('base64');
    const headers = { authorization: `Basic ${login}`, 'user-agent': 'nebula' };
    const reply = await caller.fetch(path, { headers, ...(signal === undefined ? {} : { signal }) });
    if (reply.status === 401)
      throw new LayerFault(
        'sign-in',
        'unauthorized',
        `ZoneEdit refuses the user name or the token of ${zone}.`,
      );
    if (reply.status !== 200) throw failureOf(reply, null);
    return reply;
  }

  /** Sends one change under a limit and judges what comes back. */
  async function change(
    path: string,
    zone: string,
    pace: Pace,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    await pacer.take(pace);
    const reply = await call(path, zone, signal).catch(async (error: unknown) => {
      if (neverArrived(error)) await pacer.giveBack(pace);
      throw error;
    });
    await pacer.answered(pace);
    const results = parseDynamicReply(reply.body.toString('utf8'));
    if (results.length === 0) throw notUnderstood(reply);
    for (const { isOk, code, param, text } of results) {
      // 707: it has that address already.
      if (isOk || code === 707) continue;
      if (code === 702) await pacer.postpone(pace, param ?? pace.intervalMs / 1000);
      await pacer.giveBack(pace);
      throw refusal(code, text, zone);
    }
  }

  async function changeTexts(
    { zone, key, before, after }: Change,
    { signal, tell }: DriverWriteOptions,
  ): Promise<void> {
    const [old, wanted] = [before?.values ?? [], after?.values ?? []];
    const calls = [
      ...old.filter((value) => !wanted.includes(value)).map((value) => ({ page: 'txt-delete.php', value })),
      ...wanted.filter((value) => !old.includes(value)).map((value) => ({ page: 'txt-create.php', value })),
    ];
    const pace: Pace = {
      key: `zoneedit txt ${username}`,
      what: `texts of ${zone}`,
      intervalMs: textIntervalMs,
    };
    for (const [index, { page, value }] of calls.entries()) {
      const path = `/${page}?${new URLSearchParams({ host: hostOf(key.name, zone), rdata: plainValue(value) })}`;
      for (;;) {
        try {
          await change(path, zone, pace, signal);
          break;
        } catch (error) {
          // Half of a change must not be left while the other half waits.
          if (!(error instanceof MustWait) || index === 0) throw error;
          tell(error.message, error.until);
          await clock.sleep(Math.max(50, error.until.getTime() - clock.now().getTime()), signal);
        }
      }
    }
  }

  return {
    canMake({ zone, key, before, after }) {
      if (tokens[zone] === undefined) return false;
      if (key.type === 'TXT') return true;
      return key.type === 'A' && before?.values.length === 1 && after?.values.length === 1;
    },
    async make(given, options) {
      if (given.key.type === 'TXT') return await changeTexts(given, options);
      const { zone, key, after } = given;
      const query = new URLSearchParams({ host: key.name, dnsto: after?.values[0] ?? '', zone });
      const pace: Pace = {
        key: nameWait(`zoneedit a ${username}`, key.name),
        what: key.name,
        intervalMs: hostIntervalMs,
      };
      await change(`/auth/dynamic.html?${query}`, zone, pace, options.signal);
    },
    async signIn(zone, signal) {
      // Without a host nothing is changed, but who asks is judged first.
      const reply = await call(`/auth/dynamic.html?${new URLSearchParams({ zone })}`, zone, signal);
      const [result] = parseDynamicReply(reply.body.toString('utf8'));
      if (result === undefined) throw notUnderstood(reply);
      if (result.code === 708) throw refusal(708, result.text, zone);
    },
  };
}

/** The apex is written with an `@`, as the clients of this channel do. */
function hostOf(name: string, zone: string): string {
  return name === zone ? `@.${zone}` : name;
}

/** A text as it is sent; what is no text cannot be. */
function plainValue(value: string): string {
  return new TextDecoder('utf-8', { fatal: false }).decode(bytesOfText(value));
}

function neverArrived(error: unknown): boolean {
  return error instanceof NoAnswer && error.layer !== 'answer';
}

function refusal(code: number, text: string, zone: string): DriverError {
  switch (code) {
    case 703:
    case 709:
      return new DriverError(
        'rejected',
        `ZoneEdit does not know this host in ${zone}. Add it once in the control panel as a DYN or A record.`,
      );
    case 705:
      return new LayerFault('zone', 'rejected', `ZoneEdit does not hold the zone ${zone} in this account.`);
    case 708:
      return new LayerFault(
        'sign-in',
        'unauthorized',
        `ZoneEdit refuses the user name or the token of ${zone}.`,
      );
    default:
      return new DriverError('rejected', `ZoneEdit refuses the change: ${quoted(oneLine(text))} (${code}).`);
  }
}
