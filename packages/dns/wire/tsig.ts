import { createHmac, timingSafeEqual } from 'node:crypto';
import { DriverError } from '@nebula/errors';
import type { Message, WireRecord } from './message.ts';
import { classes, encodeRecord } from './message.ts';
import { encodeName, MalformedMessage, Reader, uint } from './reader.ts';

/** Algorithms of TSIG that are not broken (RFC 8945 section 6), by the name the digest has here. */
export const tsigAlgorithms = {
  'hmac-sha256': 'sha256',
  'hmac-sha384': 'sha384',
  'hmac-sha512': 'sha512',
  'hmac-sha1': 'sha1',
} as const;

/** An algorithm of {@link tsigAlgorithms}. */
export type TsigAlgorithm = keyof typeof tsigAlgorithms;

/** A key that a name server and we share. */
export interface TsigKey {
  /** Canonical name. */
  name: string;
  algorithm: TsigAlgorithm;
  /** In base64. */
  secret: string;
}

const tsigType = 250;
const fudgeSeconds = 300;

/** Signs a message, and answers the MAC with which the answer's is chained. */
export function sign(message: Buffer, key: TsigKey, now: Date): { signed: Buffer; mac: Buffer } {
  const time = Math.floor(now.getTime() / 1000);
  const mac = macOf(key, [message, variables(key, time, 0)]);
  const data = Buffer.concat([
    ...[encodeName(key.algorithm), uint(time, 6), uint(fudgeSeconds, 2), uint(mac.length, 2), mac],
    // The original id, no error, nothing else.
    ...[message.subarray(0, 2), uint(0, 2), uint(0, 2)],
  ]);
  const signed = Buffer.concat([
    message,
    encodeRecord({ name: key.name, type: tsigType, class: classes.ANY, ttl: 0, data }),
  ]);
  signed.writeUInt16BE(signed.readUInt16BE(10) + 1, 10);
  return { signed, mac };
}

/** Proves the messages of one answer in their order; those in between may be unsigned (RFC 8945 section 5.3.1). */
export class TsigVerifier {
  readonly #key: TsigKey;
  #mac: Buffer;
  #isFirst = true;
  #unsigned: Buffer[] = [];

  constructor(key: TsigKey, requestMac: Buffer) {
    this.#key = key;
    this.#mac = requestMac;
  }

  /** Whether everything so far is proven by a signature. */
  get isProven(): boolean {
    return !this.#isFirst && this.#unsigned.length === 0;
  }

  /** Takes the next message. Throws a DriverError `unauthorized` when it is not from who holds the key. */
  take(message: Message, bytes: Buffer, now: Date): void {
    const record = message.additional.at(-1);
    if (record?.type !== `TYPE${tsigType}`) {
      if (this.#isFirst) throw unsigned(message);
      this.#unsigned.push(bytes);
      if (this.#unsigned.length > 100) throw unsigned(message);
      return;
    }
    const { time, fudge, mac, originalId, error } = partsOf(record);
    if (error !== 0)
      throw new DriverError(
        'unauthorized',
        refusals[error] ?? `The name server refused the key (error ${error}).`,
      );
    const stripped = Buffer.from(bytes.subarray(0, record.start));
    originalId.copy(stripped, 0);
    stripped.writeUInt16BE(stripped.readUInt16BE(10) - 1, 10);
    const chained = [uint(this.#mac.length, 2), this.#mac, ...this.#unsigned, stripped];
    const timers = Buffer.concat([uint(time, 6), uint(fudge, 2)]);
    const own = macOf(this.#key, [...chained, this.#isFirst ? variables(this.#key, time, 0, fudge) : timers]);
    if (own.length !== mac.length || !timingSafeEqual(own, mac)) throw unsigned(message);
    if (Math.abs(now.getTime() / 1000 - time) > fudge) throw new DriverError('unauthorized', clocksDiffer);
    this.#mac = mac;
    this.#isFirst = false;
    this.#unsigned = [];
  }
}

const clocksDiffer = 'The clocks of the name server and of this machine differ too much.';
const refusals: Record<number, string> = {
  16: 'The name server refuses the secret of the key.',
  17: 'The name server does not know a key of this name.',
  18: clocksDiffer,
};

function unsigned(message: Message): DriverError {
  if (message.code === 'NOTAUTH' || message.code === 'REFUSED')
    return new DriverError('unauthorized', 'The name server refuses the key.');
  return new DriverError('unauthorized', 'The answer is not signed with the key, so it proves nothing.');
}

function macOf(key: TsigKey, parts: Buffer[]): Buffer {
  const hmac = createHmac(tsigAlgorithms[key.algorithm], Buffer.from(key.secret, 'base64'));
  for (const part of parts) hmac.update(part);
  return hmac.digest();
}

function variables(key: TsigKey, time: number, error: number, fudge = fudgeSeconds): Buffer {
  return Buffer.concat([
    ...[encodeName(key.name), uint(classes.ANY, 2), uint(0, 4), encodeName(key.algorithm)],
    ...[uint(time, 6), uint(fudge, 2), uint(error, 2), uint(0, 2)],
  ]);
}

function partsOf(record: WireRecord) {
  const reader = new Reader(record.data);
  reader.name();
  const time = reader.uint48();
  const fudge = reader.uint16();
  const mac = reader.take(reader.uint16());
  const originalId = reader.take(2);
  const error = reader.uint16();
  if (reader.take(reader.uint16()).length > 64)
    throw new MalformedMessage('A signature with too much in it.');
  return { time, fudge, mac, originalId, error };
}
