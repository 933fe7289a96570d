import { call, defineContract, Instant, Moment, text } from '@nebula/contract';
import { z } from 'zod';

const Variable = z.string().regex(/^[A-Z][A-Z0-9_]{0,99}$/, 'A setting is named like NEBULA_LOG_LEVEL.');

export const SettingView = z.object({
  variable: z.string(),
  group: z.string(),
  doc: z.string(),
  kind: z.enum(['text', 'list', 'number', 'flag', 'choice', 'secret']),
  minimum: z.number().nullable(),
  maximum: z.number().nullable(),
  choices: z.array(z.string()),
  default: z.string().nullable(),
  source: z.enum(['environment', 'stored', 'default']),
  value: z.string().nullable().describe('As text; always null for a secret'),
  isSet: z.boolean().describe('Whether anything but the default was given'),
  isEditable: z.boolean(),
  applies: z.enum(['live', 'restart']),
  needsRestart: z.boolean().describe('The running server does not have this value yet'),
  problem: z.string().nullable().describe('Why the stored value is not used'),
  updatedAt: Instant.nullable(),
});
export type SettingView = z.infer<typeof SettingView>;

const Seen = Moment.nullable()
  .optional()
  .describe('The updatedAt that was seen, null for none: CONFLICT when it is not the current one');

export const settings = defineContract({
  id: 'settings',
  permissions: {
    'settings:read': { role: 'admin', summary: 'See the settings' },
    'settings:write': { role: 'admin', summary: 'Change the settings' },
  },
  actions: {
    change: { permission: 'settings:write', undo: 'Set the value before it, which the audit keeps' },
    reset: { permission: 'settings:write', undo: 'Set the value before it, which the audit keeps' },
    'change-protected': {
      permission: 'settings:write',
      undo: 'Set the value before it, which the audit keeps',
      stepUp: true,
    },
  },
  events: {},
  endpoints: {
    list: call({
      method: 'GET',
      path: '/settings',
      summary: 'Every setting: its value, where it comes from, and whether it waits for a restart',
      access: 'settings:read',
      output: z.object({ items: z.array(SettingView) }),
    }),
    change: call({
      method: 'PUT',
      path: '/settings/:variable',
      summary: 'Give a setting a value',
      access: 'settings:write',
      limit: '60/1m',
      params: z.object({ variable: Variable }),
      body: z.object({ value: text(4000), seen: Seen }),
      output: SettingView,
      errors: { SETTING_FIXED: 409, CONFLICT: 409 },
    }),
    reset: call({
      method: 'DELETE',
      path: '/settings/:variable',
      summary: 'Go back to the default',
      access: 'settings:write',
      limit: '60/1m',
      params: z.object({ variable: Variable }),
      query: z.object({ seen: Moment.optional().describe('As for a change') }),
      output: SettingView,
      errors: { SETTING_FIXED: 409, CONFLICT: 409 },
    }),
  },
});
