const periodMs = 30_000;
const issuer = 'NebulaCommand';

/** A new secret for an authenticator app, and the address that a QR code carries (Key URI Format). */
export async function newTotp(label: string): Promise<{ secret: string; uri: string }> {
  const { Secret, TOTP } = await import('otpauth');
  const secret = new Secret({ size: 20 });
  return { secret: secret.base32, uri: new TOTP({ issuer, label, secret }).toString() };
}

/**
 * The 30-second step (RFC 6238) that a code belongs to, at most one off the current; null when it is wrong. The step is what must
 * not be used twice.
 */
export async function totpStep(secret: string, code: string, now: Date): Promise<number | null> {
  if (!/^\d{6}$/.test(code)) return null;
  const { Secret, TOTP } = await import('otpauth');
  const totp = new TOTP({ secret: Secret.fromBase32(secret) });
  const delta = totp.validate({ token: code, timestamp: now.getTime(), window: 1 });
  return delta === null ? null : Math.floor(now.getTime() / periodMs) + delta;
}
