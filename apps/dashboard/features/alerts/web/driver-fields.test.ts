import { expect, test } from 'vitest';
import { partsOf, typedOf } from './driver-fields.ts';

test('what was typed goes to settings and secrets by its kind', () => {
  const typed = {
    ...typedOf('email', null),
    server: 'smtp.home',
    from: 'a@b.c',
    to: 'x@y.z, , u@v.w',
    password: 'pw',
  };
  expect(partsOf('email', typed)).toEqual({
    settings: {
      server: 'smtp.home',
      port: 587,
      encryption: 'starttls',
      from: 'a@b.c',
      to: ['x@y.z', 'u@v.w'],
    },
    secrets: { password: 'pw' },
  });
});

test('secrets that are left empty stay', () => {
  const typed = typedOf('ntfy', { server: 'https://ntfy.home', topic: 'alerts' });
  expect(typed).toEqual({ server: 'https://ntfy.home', topic: 'alerts', token: '' });
  expect(partsOf('ntfy', typed).secrets).toBe(null);
});
