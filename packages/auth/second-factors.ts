import type { Clock } from '@nebula/clock';
import { type Database, newId, type Sql } from '@nebula/db';
import { AppError } from '@nebula/errors';
import type { Vault } from '@nebula/vault';
import { askUser, lookAt, takeAnswer } from './challenges.ts';
import {
  credentialCounts,
  credentialsOf,
  insertCredential,
  removeCredentials,
  useRecoveryCode,
  useTotpStep,
} from './credential-store.ts';
import { deviceOf } from './device.ts';
import { isRecoveryCode, newRecoveryCodes, recoveryDigest } from './recovery-codes.ts';
import type { Whereabouts } from './sign-in.ts';
import type { UserRow } from './store.ts';
import { type Attempt, checkThrottle, countFailure, forgetFailures } from './throttle.ts';
import { newTotp, totpStep } from './totp.ts';
import { inTurn } from './turns.ts';

/** What the code of a second step was. */
export type CodeKind = 'totp' | 'recovery-code';

/** How an account is protected. */
export interface Protection {
  hasPassword: boolean;
  twoStepSince: Date | null;
  recoveryCodesLeft: number;
  passkeys: number;
}

/** An account, and the session or key within which it asks. */
export interface Holder {
  userId: string;
  holder: string;
}

/** Authenticator apps (TOTP) and recovery codes. */
export interface SecondFactors {
  protection(sql: Sql, userId: string): Promise<Protection>;
  /** A fresh secret, on trial until it is confirmed. Throws TWO_STEP_ON when there is one already. */
  start(sql: Sql, who: Holder, label: string): Promise<{ secret: string; uri: string }>;
  /** Turns it on with a first code; answers the recovery codes. Throws WRONG_CODE, or CHALLENGE_GONE after five minutes. */
  confirm(sql: Sql, who: Holder, code: string): Promise<string[]>;
  /**
   * Proves the second step with a code of the app or a recovery code, which cannot be used again; null when it is wrong or was
   * used before, after counting it. Throws RATE_LIMITED.
   */
  prove(database: Database, user: UserRow, code: string, where: Whereabouts): Promise<CodeKind | null>;
  /** Replaces all recovery codes; they cannot be shown again. Throws TWO_STEP_OFF. */
  renewCodes(sql: Sql, userId: string): Promise<string[]>;
  /** Turns it off and forgets the recovery codes. Throws TWO_STEP_OFF. */
  turnOff(sql: Sql, userId: string): Promise<void>;
}

/** What {@link createSecondFactors} is made of; `deviceKey` (32 bytes) is the one of sign-ins. */
export interface SecondFactorParts {
  clock: Clock;
  deviceKey: Buffer;
  vault: Vault;
}

/** Second factors on a clock; secrets are sealed in the vault. */
export function createSecondFactors({ clock, deviceKey, vault }: SecondFactorParts): SecondFactors {
  /** Uses up a code; null when it is wrong or was used before. */
  async function check(sql: Sql, userId: string, code: string): Promise<CodeKind | null> {
    const [totp] = await credentialsOf(sql, userId, 'totp');
    if (totp === undefined) return null;
    if (isRecoveryCode(code)) {
      return (await useRecoveryCode(sql, userId, recoveryDigest(userId, code))) ? 'recovery-code' : null;
    }
    const now = clock.now();
    const digits = code.replaceAll(/\s/g, '');
    const step = await totpStep(vault.open(sealName(userId), totp.secret), digits, now);
    return step !== null && (await useTotpStep(sql, totp.id, step, now)) ? 'totp' : null;
  }

  async function proveAlone(database: Database, userId: string, code: string, attempt: Attempt) {
    await checkThrottle(database.sql, clock, attempt);
    const kind = await check(database.sql, userId, code);
    if (kind === null) await database.transaction((sql) => countFailure(sql, clock, attempt));
    else await forgetFailures(database.sql, attempt);
    return kind;
  }

  async function replaceCodes(sql: Sql, userId: string): Promise<string[]> {
    await removeCredentials(sql, userId, ['recovery-code']);
    const codes = newRecoveryCodes();
    const now = clock.now();
    for (const code of codes) {
      const secret = recoveryDigest(userId, code);
      await insertCredential(sql, { id: newId(), userId, kind: 'recovery-code', secret, createdAt: now });
    }
    return codes;
  }

  async function requireOn(sql: Sql, userId: string): Promise<void> {
    const counts = await credentialCounts(sql, userId);
    if (!counts.has('totp')) throw new AppError('TWO_STEP_OFF', 'Two-step sign-in is not on.');
  }

  return {
    async protection(sql, userId) {
      const counts = await credentialCounts(sql, userId);
      const [totp] = counts.has('totp') ? await credentialsOf(sql, userId, 'totp') : [];
      return {
        hasPassword: counts.has('password'),
        twoStepSince: totp?.createdAt ?? null,
        recoveryCodesLeft: counts.get('recovery-code') ?? 0,
        passkeys: counts.get('passkey') ?? 0,
      };
    },
    async start(sql, who, label) {
      const counts = await credentialCounts(sql, who.userId);
      if (counts.has('totp')) {
        throw new AppError('TWO_STEP_ON', 'Two-step sign-in is on already; turn it off to begin anew.');
      }
      const made = await newTotp(label);
      await askUser(sql, clock, 'totp', who, vault.seal(sealName(who.userId), made.secret));
      return made;
    },
    async confirm(sql, who, code) {
      const asked = await lookAt(sql, clock, 'totp', who);
      if (asked === null) {
        throw new AppError('CHALLENGE_GONE', 'This took longer than five minutes; begin again.');
      }
      const step = await totpStep(vault.open(sealName(who.userId), asked.data), code, clock.now());
      if (step === null)
        throw new AppError('WRONG_CODE', 'This code is not right; the app shows a new one soon.');
      await takeAnswer(sql, clock, 'totp', who);
      const data = JSON.stringify({ lastStep: step });
      const row = { id: newId(), userId: who.userId, kind: 'totp' as const, secret: asked.data, data };
      if (!(await insertCredential(sql, { ...row, createdAt: clock.now() }))) {
        throw new AppError('TWO_STEP_ON', 'Two-step sign-in is on already; turn it off to begin anew.');
      }
      return await replaceCodes(sql, who.userId);
    },
    async prove(database, user, code, { address, deviceCookie }) {
      const knownDevice = deviceOf(deviceKey, user.email, deviceCookie);
      const attempt = { address, email: user.email, knownDevice, isSecondStep: true };
      return await inTurn(user.email, () => proveAlone(database, user.id, code, attempt));
    },
    async renewCodes(sql, userId) {
      await requireOn(sql, userId);
      return await replaceCodes(sql, userId);
    },
    async turnOff(sql, userId) {
      await requireOn(sql, userId);
      await removeCredentials(sql, userId, ['totp', 'recovery-code']);
    },
  };
}

function sealName(userId: string): string {
  return `totp:${userId}`;
}
