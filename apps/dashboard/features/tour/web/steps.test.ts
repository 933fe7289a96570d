import { expect, test } from 'vitest';
import { seenIn, tourSteps } from './steps.ts';

const container = (name: string, state: string, health = 'none') => ({ id: name, name, state, health });

test('the tour opens a container that runs well and names one that does not', () => {
  const seen = seenIn([
    container('old', 'exited'),
    container('ill', 'running', 'unhealthy'),
    container('web', 'running'),
  ]);

  expect(seen).toEqual({
    all: 3,
    running: 2,
    example: { id: 'web', name: 'web' },
    troubled: 'ill',
  });
  const steps = tourSteps({ ...seen, mayAudit: true, isPhone: false });
  expect(steps.map(({ path }) => path)).toEqual([
    '/containers',
    '/containers/web',
    '/containers/web',
    '/audit',
    null,
  ]);
  expect(steps[0]?.text).toContain('ill');
});

test('on a machine without containers, and for somebody without the audit, it still has five steps', () => {
  const steps = tourSteps({ ...seenIn([]), mayAudit: false, isPhone: true });

  expect(steps).toHaveLength(5);
  expect(steps.map(({ path }) => path)).toEqual(['/containers', null, null, null, null]);
});
