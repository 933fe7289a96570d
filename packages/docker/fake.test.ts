import { beforeEach, describe } from 'vitest';
import { conformance } from './conformance.ts';
import { type FakeDocker, fakeDocker } from './fake.ts';

describe('the fake engine', () => {
  let docker: FakeDocker;
  let ticks = 0;

  beforeEach(() => {
    // Each look at the clock is a second later, so that a restart can be seen.
    docker = fakeDocker(() => new Date(Date.UTC(2026, 0, 1) + 1000 * (ticks += 1)));
    docker.putImage('fake:1');
  });

  conformance(() => ({ docker, image: 'fake:1', command: ['sleep'] }));
});
