import { type Outbound, type OutboundReply, definePurpose, type Purpose, type Reach } from '@nebula/outbound';
import { oneLine } from './message.ts';
import { SendError, sendErrorOf } from './send-error.ts';

/** What drivers that speak HTTP are opened with. */
export interface HttpParts {
  outbound: Outbound;
  reach: Reach;
  now(): Date;
  /** From the first byte sent to the last received. */
  timeoutMs: number;
}

const maxAnswerBytes = 64 * 1024;
/** A receiver that says no longer than this is not waited for. */
const longestRetrySeconds = 3600;

/** Why a driver calls, and what that allows it; see README for redirects and plain HTTP. */
export function purposeOf(
  driver: string,
  { reach, timeoutMs }: Pick<HttpParts, 'reach' | 'timeoutMs'>,
): Purpose {
  return definePurpose({
    name: `messages (${driver})`,
    reach,
    allowsPlain: reach !== 'public',
    timeoutMs,
    maxBytes: maxAnswerBytes,
    redirects: 0,
  });
}

/**
 * Posts a body and answers what came back when it was taken (2xx). Throws a {@link SendError} otherwise: 401 and 403 are
 * `unauthorized`, 429 `rate-limited`, 5xx `unavailable`, everything else `rejected`.
 */
export async function post(
  driver: string,
  parts: HttpParts,
  url: string,
  call: { headers?: Record<string, string>; body: string | Buffer },
  signal: AbortSignal,
): Promise<OutboundReply> {
  const reply = await parts.outbound
    .fetch(purposeOf(driver, parts), url, { method: 'POST', ...call, signal })
    .catch((error: unknown) => {
      throw signal.aborted ? signal.reason : sendErrorOf(error);
    });
  if (reply.status >= 200 && reply.status < 300) return reply;
  throw refusalOf(reply, parts.now());
}

/** An answer that is no yes, as an error that quotes what the receiver said. */
export function refusalOf(reply: OutboundReply, now: Date): SendError {
  const said = saying(reply.body);
  const words = `${reply.url.host} answered ${reply.status}${said === '' ? '' : `: ${said}`}.`;
  const { status } = reply;
  if (status === 401 || status === 403) return new SendError('unauthorized', 'sign-in', words);
  if (status === 429) {
    const retryAfterSeconds = retryAfterOf(reply, now);
    return new SendError('rate-limited', 'limit', words, { retryAfterSeconds });
  }
  if (status === 404 || status === 410) return new SendError('rejected', 'gone', words);
  if (status >= 500) {
    // 503 says that it was not taken; of the others a proxy may speak while the receiver behind it had taken the message.
    return new SendError('unavailable', 'server', words, {
      mayHaveArrived: status !== 503,
      retryAfterSeconds: retryAfterOf(reply, now),
    });
  }
  return new SendError('rejected', 'content', words);
}

/** Seconds to wait: by the header (RFC 9110 section 10.2.3), or what Discord and Telegram say in the body. */
function retryAfterOf({ headers, body }: OutboundReply, now: Date): number | undefined {
  const header = headers['retry-after'] ?? '';
  const date = Date.parse(header);
  const seconds = /^\d+(\.\d+)?$/.test(header)
    ? Number(header)
    : Number.isNaN(date)
      ? secondsIn(body)
      : (date - now.getTime()) / 1000;
  return seconds === undefined ? undefined : Math.min(longestRetrySeconds, Math.max(1, Math.ceil(seconds)));
}

function secondsIn(body: Buffer): number | undefined {
  const found = /"retry_after"\s*:\s*(\d+(?:\.\d+)?)/.exec(body.toString('utf8'));
  return found === null ? undefined : Number(found[1]);
}

/** What a receiver said, in one line: its own sentence where it sends JSON that has one. */
export function saying(body: Buffer): string {
  const text = body.toString('utf8');
  const found = /"(?:description|errorDescription|message|error)"\s*:\s*"((?:[^"\\]|\\.){1,300})"/.exec(text);
  return oneLine((found?.[1] ?? (text.startsWith('<') ? '' : text)).trim(), 200).replace(/\.$/, '');
}

/** JSON with its content type. */
export function json(value: unknown, headers: Record<string, string> = {}) {
  return { headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(value) };
}

/** An address below a server, which may stand in a folder itself. */
export function below(server: string, path: string): string {
  return `${server.replace(/\/+$/, '')}/${path}`;
}
