import { createHash, randomBytes } from 'node:crypto';

const howMany = 10;
// Without I, L, O, U: nothing that is read as something else when it is typed from paper (Crockford's base 32).
const letters = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** Ten fresh codes of 80 random bits, as `XXXX-XXXX-XXXX-XXXX`. */
export function newRecoveryCodes(): string[] {
  return Array.from({ length: howMany }, () => {
    const text = [...randomBytes(16)].map((byte) => letters[byte & 31]).join('');
    return (text.match(/.{4}/g) ?? []).join('-');
  });
}

/** What is stored of a code; how it is typed (small letters, without dashes, O for 0) does not matter. */
export function recoveryDigest(userId: string, code: string): string {
  return createHash('sha256')
    .update(`recovery\n${userId}\n${plain(code)}`)
    .digest('base64url');
}

/** True when a text could be a recovery code. */
export function isRecoveryCode(code: string): boolean {
  return /^[0-9A-HJKMNP-TV-Z]{16}$/.test(plain(code));
}

function plain(code: string): string {
  return code.toUpperCase().replaceAll(/[\s-]/g, '').replaceAll('O', '0').replaceAll(/[IL]/g, '1');
}
