import { call, defineContract, Id, socket } from '@nebula/contract';
import { z } from 'zod';

const columns = z.number().int().min(2).max(1000);
const rows = z.number().int().min(1).max(1000);
const argument = z
  .string()
  .max(4096)
  .refine((value) => value.isWellFormed() && !value.includes('\0'), 'An argument holds no NUL.');

export const NewTerminal = z.object({
  containerId: z.string().regex(/^[0-9a-f]{64}$/, 'A container id is 64 hexadecimal digits.'),
  command: z
    .array(argument)
    .min(1)
    .max(100)
    .nullable()
    .default(null)
    .describe('Program and arguments; bash, or sh where there is none, when null'),
  user: z
    .string()
    .max(64)
    .regex(/^[a-zA-Z0-9_][a-zA-Z0-9_.-]*(?::[a-zA-Z0-9_][a-zA-Z0-9_.-]*)?$/, 'A user is a name or a number.')
    .nullable()
    .default(null)
    .describe("As whom; the container's own user when null. Another needs an admin's fresh proof"),
  isElevated: z
    .boolean()
    .default(false)
    .describe('Also in a container with more power than usual; needs an admin with a fresh proof'),
  columns: columns.default(80),
  rows: rows.default(24),
});
export type NewTerminal = z.output<typeof NewTerminal>;

export const TerminalInput = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('input'), data: z.string().max(262_144) }),
  z.object({ kind: z.literal('resize'), columns, rows }),
]);
export type TerminalInput = z.infer<typeof TerminalInput>;

export const EndReason = z.enum(['exited', 'idle', 'refused', 'no-shell', 'engine-away']);
export type EndReason = z.infer<typeof EndReason>;

export const TerminalOutput = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('started'), argv: z.array(z.string()) }),
  z.object({ kind: z.literal('output'), data: z.string() }),
  z.object({
    kind: z.literal('ended'),
    reason: EndReason,
    exitCode: z.number().int().nullable(),
    detail: z.string().nullable(),
  }),
]);
export type TerminalOutput = z.infer<typeof TerminalOutput>;

export const terminal = defineContract({
  id: 'terminal',
  permissions: {
    'terminal:open': { role: 'operator', summary: 'Open a shell inside a container' },
    'terminal:elevate': { role: 'admin', summary: 'Open one as another user, or in a powerful container' },
  },
  actions: {
    open: { permission: 'terminal:open', undo: null },
    elevate: { permission: 'terminal:elevate', undo: null, stepUp: true },
    end: { permission: 'terminal:open', undo: null },
  },
  events: {},
  endpoints: {
    open: call({
      method: 'POST',
      path: '/terminal',
      summary: 'Prepare a terminal inside a container; attach to it within a minute',
      access: 'terminal:open',
      limit: '30/1m',
      status: 201,
      body: NewTerminal,
      output: z.object({ id: Id }),
      errors: { NOT_RUNNING: 409, TOO_MANY_TERMINALS: 409 },
    }),
    attach: socket({
      path: '/terminal/:id',
      summary: 'Keys, size and output of a terminal that was prepared; it ends with the connection',
      access: 'terminal:open',
      limit: '60/1m',
      params: z.object({ id: Id }),
      receives: TerminalInput,
      sends: TerminalOutput,
    }),
  },
});
