import type { Clock } from '@nebula/clock';
import type { Sql } from '@nebula/db';
import {
  challengeByKey,
  type challengePurposes,
  countWrongAnswer,
  putChallenge,
  takeChallenge,
} from './challenge-store.ts';
import { digestOf, isTokenOf, newToken } from './tokens.ts';

/** What a challenge is about. */
export type ChallengePurpose = (typeof challengePurposes)[number];

/** Something that was asked and waits for its answer. */
export interface Challenge {
  userId: string | null;
  data: string;
}

/** Who answers: the holder of a cookie, or an account within one session or key. */
export type Answerer = { token: string | undefined } | { userId: string; holder: string };

/** A challenge is answered within this time. */
export const challengeLifeMs = 5 * 60_000;
const wrongAnswers = 5;

/** Asks somebody who is not signed in; the token goes into a cookie. */
export async function askAnybody(
  sql: Sql,
  clock: Clock,
  purpose: ChallengePurpose,
  challenge: Challenge,
): Promise<string> {
  const { token, digest } = newToken('challenge');
  await put(sql, clock, purpose, digest, challenge);
  return token;
}

/** Asks an account; asking again makes the earlier question void. */
export async function askUser(
  sql: Sql,
  clock: Clock,
  purpose: ChallengePurpose,
  who: { userId: string; holder: string },
  data: string,
): Promise<void> {
  await put(sql, clock, purpose, keyOf(purpose, who), { userId: who.userId, data });
}

/** Takes what was asked; it can be answered once. Null when nothing was, or too long ago. */
export async function takeAnswer(
  sql: Sql,
  clock: Clock,
  purpose: ChallengePurpose,
  who: Answerer,
): Promise<Challenge | null> {
  return (await takeChallenge(sql, keyOf(purpose, who), purpose, clock.now())) ?? null;
}

/** What was asked, for questions that may be answered wrongly a few times. */
export async function lookAt(
  sql: Sql,
  clock: Clock,
  purpose: ChallengePurpose,
  who: Answerer,
): Promise<Challenge | null> {
  const found = await challengeByKey(sql, keyOf(purpose, who), purpose, clock.now());
  return found === undefined || found.failures >= wrongAnswers ? null : found;
}

/** Counts a wrong answer; after five the question is void. */
export async function answeredWrongly(sql: Sql, purpose: ChallengePurpose, who: Answerer): Promise<void> {
  await countWrongAnswer(sql, keyOf(purpose, who));
}

async function put(
  sql: Sql,
  clock: Clock,
  purpose: ChallengePurpose,
  keySha256: Buffer,
  { userId, data }: Challenge,
): Promise<void> {
  const now = clock.now();
  const expiresAt = new Date(now.getTime() + challengeLifeMs);
  await putChallenge(sql, { keySha256, purpose, userId, data, failures: 0, createdAt: now, expiresAt });
}

function keyOf(purpose: ChallengePurpose, who: Answerer): Buffer {
  if ('holder' in who) return digestOf(`${purpose}\n${who.userId}\n${who.holder}`);
  // What is no token finds nothing, as a wrong one does.
  return digestOf(who.token !== undefined && isTokenOf('challenge', who.token) ? who.token : '');
}
