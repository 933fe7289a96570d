import { beforeEach, describe } from 'vitest';
import { conformance } from './conformance.ts';
import { type FakeNotifier, fakeNotifier } from './fake.ts';

describe('the fake', () => {
  let fake: FakeNotifier;
  beforeEach(() => (fake = fakeNotifier()));

  conformance(() => ({
    notifier: fake,
    setMood: async (mood) => fake.setMood(mood),
    received: () => fake.sent.length,
  }));
});
