import type { Message, Notifier } from './message.ts';
import { SendError } from './send-error.ts';

/** How the fake behaves. */
export type FakeMood =
  | 'takes-it'
  | 'refuses-login'
  | 'limits'
  | 'is-overloaded'
  | 'is-broken'
  | 'hangs'
  | 'is-away';

/** A notifier that keeps what it is sent. */
export interface FakeNotifier extends Notifier {
  sent: Message[];
  setMood(mood: FakeMood): void;
}

const errors: Record<Exclude<FakeMood, 'takes-it' | 'hangs'>, () => SendError> = {
  'refuses-login': () => new SendError('unauthorized', 'sign-in', 'The fake does not know us.'),
  limits: () => new SendError('rate-limited', 'limit', 'The fake has enough.', { retryAfterSeconds: 7 }),
  'is-overloaded': () => new SendError('unavailable', 'server', 'The fake is overloaded.'),
  'is-broken': () => new SendError('unavailable', 'server', 'The fake is broken.', { mayHaveArrived: true }),
  'is-away': () => new SendError('unavailable', 'connection', 'The fake is away.'),
};

/** A notifier for tests, held to the same behaviour as the drivers. */
export function fakeNotifier(timeoutMs = 200): FakeNotifier {
  const sent: Message[] = [];
  let mood: FakeMood = 'takes-it';
  return {
    sent,
    setMood: (next) => void (mood = next),
    async send(message, signal) {
      signal.throwIfAborted();
      if (mood === 'hangs') return await hang(timeoutMs, signal);
      if (mood !== 'takes-it') throw errors[mood]();
      sent.push(message);
      return { detail: 'The fake took it.' };
    },
  };
}

async function hang(timeoutMs: number, signal: AbortSignal): Promise<never> {
  await new Promise((resolve, reject) => {
    setTimeout(resolve, timeoutMs);
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
  throw new SendError('unavailable', 'answer', 'The fake did not answer.', { mayHaveArrived: true });
}
