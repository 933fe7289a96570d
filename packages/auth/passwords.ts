import { AppError } from '@nebula/errors';

/** OWASP's recommendation for argon2id: 19 MiB, 2 passes, 1 lane. */
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };
const maxAtOnce = 2;
const maxWaiting = 32;

let running = 0;
const waiting: (() => void)[] = [];
let decoy: Promise<string> | null = null;

/** Hashes a password with argon2id; the text carries its parameters. */
export async function hashPassword(password: string): Promise<string> {
  return await limited(async () => {
    const { hash } = await import('@node-rs/argon2');
    return await hash(password, cost);
  });
}

/**
 * True when the password belongs to the hash. With a null hash (no such account) it takes as long and answers false. At most
 * two run at once; when too many wait RATE_LIMITED is thrown, so that a flood of sign-ins cannot exhaust memory.
 */
export async function isPassword(hashText: string | null, password: string): Promise<boolean> {
  const against = hashText ?? (await decoyHash());
  return await limited(async () => {
    const { verify } = await import('@node-rs/argon2');
    return (await verify(against, password)) && hashText !== null;
  });
}

/** A hash to compare with where there is none; made once, and again when making it failed. */
async function decoyHash(): Promise<string> {
  decoy ??= hashPassword('nobody has this password').catch((error: unknown) => {
    decoy = null;
    throw error;
  });
  return await decoy;
}

async function limited<T>(work: () => Promise<T>): Promise<T> {
  if (running < maxAtOnce) {
    running += 1;
  } else {
    if (waiting.length >= maxWaiting) {
      throw new AppError('RATE_LIMITED', 'Too many sign-ins at once; try again in a few seconds.', {
        retryAfterSeconds: 5,
      });
    }
    // Whoever ends hands its place over, so the count stays as it is.
    await new Promise<void>((resolve) => waiting.push(resolve));
  }
  try {
    return await work();
  } finally {
    const next = waiting.shift();
    if (next === undefined) running -= 1;
    else next();
  }
}
