import { DriverError } from '@nebula/errors';
import type { OutboundReply } from '@nebula/outbound';
import { z } from 'zod';

/** What an authority says no to (RFC 8555 section 6.7), by the last part of its type, such as `rateLimited`. */
export class AcmeProblem extends DriverError {
  readonly type: string;
  readonly status: number;
  /** Whether it did not take the proof of a name. */
  readonly isAboutProof: boolean;

  constructor(given: {
    kind: DriverError['kind'];
    type: string;
    status: number;
    message: string;
    retryAfterSeconds?: number | undefined;
    isAboutProof?: boolean;
  }) {
    super(
      given.kind,
      given.message,
      given.retryAfterSeconds === undefined ? {} : { retryAfterSeconds: given.retryAfterSeconds },
    );
    this.type = given.type;
    this.status = given.status;
    this.isAboutProof = given.isAboutProof ?? false;
  }
}

const Document = z.object({ type: z.string().default(''), detail: z.string().default('') });

/** The failure that an answer of 300 and more tells. */
export function problemOf(reply: OutboundReply): AcmeProblem {
  const { type, detail } = documentOf(reply);
  const name = type.replace(/^urn:ietf:params:acme:error:/, '');
  const words = `${detail}`.replace(/\p{Cc}+/gu, ' ').slice(0, 400);
  return new AcmeProblem({
    kind: kindOf(reply.status, name),
    type: name,
    status: reply.status,
    message: `${reply.url.host} says ${reply.status}${words === '' ? '.' : `: ${words}`}`,
    retryAfterSeconds: retryAfter(reply),
  });
}

function kindOf(status: number, type: string): DriverError['kind'] {
  if (type === 'rateLimited' || status === 429) return 'rate-limited';
  if (status >= 500 || type === 'serverInternal') return 'unavailable';
  if (type === 'unauthorized' || type === 'externalAccountRequired') return 'unauthorized';
  return 'rejected';
}

function documentOf(reply: OutboundReply): z.infer<typeof Document> {
  const nothing = { type: '', detail: '' };
  try {
    return Document.catch(nothing).parse(JSON.parse(reply.body.toString('utf8')));
  } catch {
    // A proxy on the way answers in HTML; its status says enough.
    return nothing;
  }
}

/** Seconds; RFC 9110 section 10.2.3 allows an instant too. */
function retryAfter(reply: OutboundReply): number | undefined {
  const text = reply.headers['retry-after'];
  if (text === undefined) return undefined;
  if (/^\d+$/.test(text)) return Number(text);
  const at = Date.parse(text);
  const from = Date.parse(reply.headers['date'] ?? '');
  if (Number.isNaN(at) || Number.isNaN(from)) return undefined;
  return Math.max(0, Math.ceil((at - from) / 1000));
}
