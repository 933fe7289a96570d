import { call, defineContract, Id, PageQuery, pageOf, stream, text, upload } from '@nebula/contract';
import { z } from 'zod';
import {
  Drift,
  FileChange,
  FileText,
  Inspection,
  OpenedFile,
  OutputPiece,
  Stack,
  StackDetail,
  StackFileName,
  StackName,
  StackState,
  StackVersion,
} from './contract-shapes.ts';

const one = z.object({ name: StackName });
const started = z.object({ runId: Id });
const agreed = z
  .string()
  .regex(/^[0-9a-f]{64}$/)
  .optional()
  .describe('`gateDigest` of the gate that an admin agrees to');
const services = z.array(z.string().max(100)).max(100).default([]).describe('Only these; all when left out');
const refusals = {
  TARGET_BUSY: 409,
  FILE_CHANGED: 409,
  STACK_EXISTS: 409,
  NOT_MANAGED: 409,
  STACK_INVALID: 422,
  GATE_CLOSED: 403,
} as const;

function verb<const V extends string, const More extends { body?: z.ZodType; access?: 'stacks:import' }>(
  name: V,
  summary: string,
  more: More,
) {
  return call({
    method: 'POST',
    path: `/stacks/:name/${name}`,
    summary: `${summary}; a run tells how it goes`,
    access: 'stacks:operate',
    limit: '60/1m',
    status: 202,
    params: one,
    output: started,
    errors: refusals,
    ...more,
  });
}

export const stacks = defineContract({
  id: 'stacks',
  permissions: {
    'stacks:read': { role: 'viewer', summary: 'See stacks and their files without secrets' },
    'stacks:operate': { role: 'operator', summary: 'Edit, start, stop and remove stacks' },
    'stacks:grant': { role: 'admin', summary: 'Let a stack have more power than the broker gives' },
    'stacks:import': { role: 'admin', summary: 'Copy the files of a stack from elsewhere on the machine' },
  },
  actions: {
    create: { permission: 'stacks:operate', undo: 'Take it down; its files stay' },
    save: { permission: 'stacks:operate', undo: 'Restore the version before' },
    restore: { permission: 'stacks:operate', undo: 'Restore the version before' },
    up: { permission: 'stacks:operate', undo: 'Restore the version before and apply it' },
    grant: { permission: 'stacks:grant', undo: 'Apply files that ask for less', stepUp: true },
    start: { permission: 'stacks:operate', undo: 'Stop it again' },
    stop: { permission: 'stacks:operate', undo: 'Start it again' },
    restart: { permission: 'stacks:operate', undo: null },
    down: { permission: 'stacks:operate', undo: 'Bring it up again; its volumes stay' },
    pull: { permission: 'stacks:operate', undo: null },
    open: { permission: 'stacks:operate', undo: null },
    import: { permission: 'stacks:import', undo: 'Remove the copy' },
  },
  events: {},
  endpoints: {
    list: call({
      method: 'GET',
      path: '/stacks',
      summary: 'Compose stacks of the machine, by name, with their state',
      access: 'stacks:read',
      query: PageQuery.extend({
        search: text(100).optional().describe('Part of the name or folder'),
        state: StackState.optional(),
        drift: Drift.optional(),
      }),
      output: pageOf(Stack),
    }),
    get: call({
      method: 'GET',
      path: '/stacks/:name',
      summary: 'One stack: its services, containers and files',
      access: 'stacks:read',
      params: one,
      output: StackDetail,
    }),
    file: call({
      method: 'GET',
      path: '/stacks/:name/files/:file',
      summary: 'A file of a stack; secrets are left out',
      access: 'stacks:read',
      params: one.extend({ file: StackFileName }),
      output: OpenedFile,
      errors: { NOT_MANAGED: 409 },
    }),
    open: call({
      method: 'POST',
      path: '/stacks/:name/files/:file/open',
      summary: 'A file of a stack as it is, to edit it; the audit remembers it',
      access: 'stacks:operate',
      limit: '60/1m',
      params: one.extend({ file: StackFileName }),
      output: OpenedFile,
      errors: { NOT_MANAGED: 409 },
    }),
    inspection: call({
      method: 'GET',
      path: '/stacks/:name/inspection',
      summary: 'What bringing it up would do, and what the broker would refuse; nothing is touched',
      access: 'stacks:operate',
      limit: '120/1m',
      params: one,
      output: Inspection,
      errors: { NOT_MANAGED: 409 },
    }),
    check: call({
      method: 'POST',
      path: '/stacks/check',
      summary: 'What applying these texts would do, and what is wrong with them; nothing is touched',
      access: 'stacks:operate',
      limit: '240/1m',
      body: z.object({ name: StackName, files: z.array(FileText).min(1).max(10) }),
      output: Inspection,
      errors: { NOT_MANAGED: 409 },
    }),
    convert: call({
      method: 'POST',
      path: '/stacks/convert',
      summary: 'A `docker run` line as compose file',
      access: 'stacks:operate',
      limit: '120/1m',
      body: z.object({ command: z.string().min(1).max(32_768) }),
      output: z.object({ name: z.string(), compose: z.string(), notes: z.array(z.string()) }),
    }),
    create: call({
      method: 'POST',
      path: '/stacks',
      summary: 'Make a stack from a compose file; a run writes it and brings it up',
      access: 'stacks:operate',
      limit: '30/1m',
      status: 202,
      body: z.object({
        name: StackName,
        compose: z.string().min(1).max(262_144).describe('Text of compose.yaml'),
        env: z.string().max(262_144).default('').describe('Text of .env'),
        isStarted: z.boolean().default(true).describe('Bring it up at once'),
        agreed,
      }),
      output: started,
      errors: refusals,
    }),
    save: call({
      method: 'PUT',
      path: '/stacks/:name/files',
      summary: 'Write files of a stack without applying them; the versions before are kept',
      access: 'stacks:operate',
      limit: '60/1m',
      status: 202,
      params: one,
      body: z.object({ files: z.array(FileChange).min(1).max(10) }),
      output: started,
      errors: refusals,
    }),
    apply: upload({
      path: '/stacks/:name/compose',
      summary: 'Write compose.yaml from a file and bring the stack up; makes the stack when there is none',
      access: 'stacks:operate',
      limit: '30/1m',
      maxBytes: 262_144,
      params: one,
      output: started,
      errors: refusals,
    }),
    up: verb('up', 'Bring a stack up as its files say, or as these changed ones do', {
      body: z
        .object({ files: z.array(FileChange).max(10).default([]), services, agreed })
        .default({ files: [], services: [] }),
    }),
    start: verb('start', 'Start its containers as they are', { body: z.object({ services }).optional() }),
    stop: verb('stop', 'Stop its containers', { body: z.object({ services }).optional() }),
    restart: verb('restart', 'Restart its containers', { body: z.object({ services }).optional() }),
    down: verb('down', 'Stop and remove its containers and networks; volumes and files stay', {}),
    pull: verb('pull', 'Fetch newer images of its services; what runs goes on', {}),
    versions: call({
      method: 'GET',
      path: '/stacks/:name/versions',
      summary: 'Versions of its files from before each change, newest first',
      access: 'stacks:read',
      params: one,
      query: PageQuery,
      output: pageOf(StackVersion),
    }),
    version: call({
      method: 'GET',
      path: '/stacks/:name/versions/:id',
      summary: 'The files of one version; secrets are left out',
      access: 'stacks:read',
      params: one.extend({ id: Id }),
      output: z.object({ files: z.array(OpenedFile) }),
    }),
    restore: call({
      method: 'POST',
      path: '/stacks/:name/versions/:id/restore',
      summary: 'Write the files of a version again, without applying them',
      access: 'stacks:operate',
      limit: '30/1m',
      status: 202,
      params: one.extend({ id: Id }),
      output: started,
      errors: refusals,
    }),
    import: verb('import', 'Copy its files into our own directory', { access: 'stacks:import' }),
    output: stream({
      path: '/stacks/runs/:runId/output',
      summary: 'What compose wrote in a run, from its beginning and as it goes on',
      access: 'stacks:read',
      params: z.object({ runId: Id }),
      item: OutputPiece,
    }),
  },
});
