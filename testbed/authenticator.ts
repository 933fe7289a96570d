import { createHash, createHmac, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';

/** What an authenticator may do otherwise than it should, for refusals. */
export interface AuthenticatorFaults {
  /** Says that it works for another origin. */
  origin?: string;
  /** Says that it works for another host. */
  host?: string;
  /** Answers another challenge. */
  challenge?: string;
  /** Did not look who the person is. */
  isUnverified?: boolean;
  /** Signs something else. */
  breaksSignature?: boolean;
  /** Counts to this number. */
  counter?: number;
}

interface Options {
  challenge: string;
}

/** A passkey in software: makes and uses one ES256 credential as a browser would (WebAuthn level 3). */
export interface SoftwareAuthenticator {
  readonly id: string;
  register(options: Options, origin: string, faults?: AuthenticatorFaults): RegistrationAnswer;
  /** `userHandle` is the one it was made for unless given. */
  use(options: Options, origin: string, faults?: AuthenticatorFaults): AuthenticationAnswer;
}

/** JSON of a new credential. */
export interface RegistrationAnswer {
  id: string;
  clientDataJSON: string;
  attestationObject: string;
  transports: string[];
}

/** JSON of a used credential. */
export interface AuthenticationAnswer {
  id: string;
  clientDataJSON: string;
  authenticatorData: string;
  signature: string;
  userHandle?: string;
}

/** Makes one with a fresh key; its counter rises with each use. */
export function softwareAuthenticator(): SoftwareAuthenticator {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const id = randomBytes(32);
  let counter = 0;
  let userHandle: string | undefined;
  const count = (faults: AuthenticatorFaults) => faults.counter ?? counter++;

  return {
    id: id.toString('base64url'),
    register(options, origin, faults = {}) {
      if (
        'user' in options &&
        typeof options.user === 'object' &&
        options.user !== null &&
        'id' in options.user
      ) {
        userHandle = String(options.user.id);
      }
      const length = Buffer.from([0, id.length]);
      const credential = Buffer.concat([Buffer.alloc(16), length, id, coseKey(publicKey)]);
      const data = Buffer.concat([head(origin, faults, 0x40, count(faults)), credential]);
      const attestation = cborMap([
        ['fmt', cborText('none')],
        ['attStmt', cborMap([])],
        ['authData', cborBytes(data)],
      ]);
      return {
        id: id.toString('base64url'),
        clientDataJSON: clientData('webauthn.create', options, origin, faults).toString('base64url'),
        attestationObject: attestation.toString('base64url'),
        transports: ['internal'],
      };
    },
    use(options, origin, faults = {}) {
      counter = Math.max(counter, 1);
      const data = head(origin, faults, 0, count(faults));
      const client = clientData('webauthn.get', options, origin, faults);
      const signed = Buffer.concat([data, createHash('sha256').update(client).digest()]);
      if (faults.breaksSignature === true) signed.writeUInt8(1, 0);
      return {
        id: id.toString('base64url'),
        clientDataJSON: client.toString('base64url'),
        authenticatorData: data.toString('base64url'),
        signature: sign('sha256', signed, privateKey).toString('base64url'),
        ...(userHandle === undefined ? {} : { userHandle }),
      };
    },
  };
}

/** The code that an authenticator app shows (RFC 6238: SHA-1, 30 s, six digits) for a base32 secret. */
export function totpCode(secret: string, at: Date): string {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  const bits = [...secret].map((letter) => letters.indexOf(letter).toString(2).padStart(5, '0')).join('');
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
  const step = Buffer.alloc(8);
  step.writeBigUInt64BE(BigInt(Math.floor(at.getTime() / 30_000)));
  const mac = createHmac('sha1', key).update(step).digest();
  const start = (mac.at(-1) ?? 0) & 15;
  return String((mac.readUInt32BE(start) & 0x7fff_ffff) % 1_000_000).padStart(6, '0');
}

function head(origin: string, faults: AuthenticatorFaults, flags: number, counter: number): Buffer {
  const host = createHash('sha256')
    .update(faults.host ?? new URL(origin).hostname)
    .digest();
  const tail = Buffer.alloc(5);
  tail.writeUInt8(flags | 0x01 | (faults.isUnverified === true ? 0 : 0x04), 0);
  tail.writeUInt32BE(counter, 1);
  return Buffer.concat([host, tail]);
}

function clientData(type: string, options: Options, origin: string, faults: AuthenticatorFaults): Buffer {
  const challenge = faults.challenge ?? options.challenge;
  return Buffer.from(
    JSON.stringify({ type, challenge, origin: faults.origin ?? origin, crossOrigin: false }),
  );
}

/** A P-256 key as COSE writes it (RFC 9053). */
function coseKey(key: KeyObject): Buffer {
  const { x = '', y = '' } = key.export({ format: 'jwk' });
  return cborMap([
    [1, cborInteger(2)],
    [3, cborInteger(-7)],
    [-1, cborInteger(1)],
    [-2, cborBytes(Buffer.from(x, 'base64url'))],
    [-3, cborBytes(Buffer.from(y, 'base64url'))],
  ]);
}

function cborMap(entries: [string | number, Buffer][]): Buffer {
  const parts = entries.flatMap(([name, value]) => [
    typeof name === 'string' ? cborText(name) : cborInteger(name),
    value,
  ]);
  return Buffer.concat([cborHead(5, entries.length), ...parts]);
}

function cborText(text: string): Buffer {
  return Buffer.concat([cborHead(3, Buffer.byteLength(text)), Buffer.from(text)]);
}

function cborBytes(bytes: Buffer): Buffer {
  return Buffer.concat([cborHead(2, bytes.length), bytes]);
}

function cborInteger(value: number): Buffer {
  return value < 0 ? cborHead(1, -1 - value) : cborHead(0, value);
}

function cborHead(major: number, value: number): Buffer {
  if (value < 24) return Buffer.from([(major << 5) | value]);
  if (value < 256) return Buffer.from([(major << 5) | 24, value]);
  return Buffer.from([(major << 5) | 25, value >> 8, value & 255]);
}
