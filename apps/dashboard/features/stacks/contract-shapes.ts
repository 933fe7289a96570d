import { Id, Instant } from '@nebula/contract';
import { z } from 'zod';

/** A stack's name is that of its compose project (compose-spec.io, "name"). */
export const StackName = z
  .string()
  .max(63)
  .regex(
    /^[a-z0-9][a-z0-9_-]*$/,
    'A name has small letters, digits, dashes and underscores, and begins with a letter or digit.',
  );

/** A file of a stack that may be opened here: what compose reads by itself, in the stack's own folder. */
export const StackFileName = z
  .string()
  .max(100)
  .regex(
    /^(?:\.env|(?!\.)(?!-)[A-Za-z0-9._-]+\.(?:ya?ml|env))$/,
    'A file is called compose.yaml, .env or alike, without a folder.',
  );

export const StackState = z
  .enum(['running', 'partly', 'stopped', 'not-created', 'file-missing'])
  .describe('`partly`: some of its services run; `not-created`: files, but no containers');
export type StackState = z.infer<typeof StackState>;

/** Whether the files say something else than what runs. */
export const Drift = z
  .enum(['none', 'edited', 'invalid', 'unknown'])
  .describe('`edited`: changed since they were last applied; `invalid`: compose refuses them');
export type Drift = z.infer<typeof Drift>;

/** Where the files of a stack are, seen from here. */
export const StackPlace = z
  .enum(['managed', 'elsewhere', 'unreadable', 'missing'])
  .describe('`elsewhere`: outside our directories, but readable; `unreadable`: not for our user');
export type StackPlace = z.infer<typeof StackPlace>;

export const Stack = z.object({
  name: StackName.or(z.string()),
  hostId: z.string(),
  state: StackState,
  drift: Drift,
  place: StackPlace,
  folder: z.string().describe('Directory of its files; empty when nobody knows it'),
  reason: z.string().describe('Why its files are not managed here; empty when they are'),
  services: z.number().int().describe('Services that have containers'),
  running: z.number().int().describe('Services of which all containers run'),
  unhealthy: z.number().int(),
});
export type Stack = z.infer<typeof Stack>;

export const StackContainer = z.object({
  id: z.string(),
  name: z.string(),
  state: z.string(),
  health: z.string(),
  status: z.string(),
});

export const StackService = z.object({
  name: z.string(),
  image: z.string(),
  isDeclared: z.boolean().describe('Whether its files name it'),
  isEdited: z.boolean().describe('Whether its files say something else than what runs'),
  containers: z.array(StackContainer),
  ports: z.array(z.object({ published: z.number().int(), protocol: z.string(), address: z.string() })),
});
export type StackService = z.infer<typeof StackService>;

export const StackFile = z.object({
  name: z.string(),
  kind: z.enum(['compose', 'override', 'env', 'other']),
  bytes: z.number().int(),
  modifiedAt: Instant,
  sha256: z.string().describe('Of its bytes; say it when you save'),
});
export type StackFile = z.infer<typeof StackFile>;

export const StackDetail = Stack.extend({
  serviceList: z.array(StackService),
  files: z.array(StackFile),
  problem: z.string().nullable().describe('What compose says against its files'),
  canImport: z.boolean(),
});
export type StackDetail = z.infer<typeof StackDetail>;

const longestFile = 262_144;

export const FileText = z.object({ name: StackFileName, text: z.string().max(longestFile) });

/** A file as it is to be; `before` is what was opened, so that nobody's change is lost. */
export const FileChange = FileText.extend({
  before: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .nullable()
    .describe('SHA-256 of the bytes that were opened; null for a new file'),
});
export type FileChange = z.infer<typeof FileChange>;

export const OpenedFile = z.object({
  name: z.string(),
  text: z.string(),
  sha256: z.string(),
  isMasked: z.boolean().describe('Whether secrets in it were left out'),
});
export type OpenedFile = z.infer<typeof OpenedFile>;

/** Something that keeps a stack from being applied. */
export const StackProblem = z.object({
  file: z.string(),
  line: z.number().int().nullable(),
  message: z.string(),
});
export type StackProblem = z.infer<typeof StackProblem>;

/** What the broker refuses of a part of a stack. */
export const GateItem = z.object({
  kind: z.enum(['service', 'network', 'volume']),
  subject: z.string().describe('Name of the service, network or volume'),
  rule: z.string().describe('Rule of the broker; `never` when nothing lifts it'),
  why: z.string(),
  at: z.string(),
  canBeGranted: z.boolean(),
});
export type GateItem = z.infer<typeof GateItem>;

/** What would happen if these files were applied; nothing was touched to know it. */
export const Inspection = z.object({
  problems: z.array(StackProblem),
  services: z.array(z.object({ name: z.string(), image: z.string(), isBuilt: z.boolean() })),
  images: z.array(z.object({ image: z.string(), isHere: z.boolean() })),
  ports: z.array(
    z.object({
      port: z.number().int(),
      protocol: z.string(),
      address: z.string(),
      service: z.string(),
      takenBy: z.string().nullable().describe('What listens there already'),
    }),
  ),
  gate: z.array(GateItem),
  gateDigest: z.string().nullable().describe('Names this gate when an admin agrees to it'),
});
export type Inspection = z.infer<typeof Inspection>;

/** Versions of a stack's files from before each change made here. */
export const StackVersion = z.object({
  id: Id,
  at: Instant,
  by: z.string(),
  why: z.enum(['saved', 'applied', 'put-back', 'restored', 'imported']),
  files: z.array(z.object({ name: z.string(), sha256: z.string(), bytes: z.number().int() })),
});
export type StackVersion = z.infer<typeof StackVersion>;

export const StackVerb = z.enum(['up', 'start', 'stop', 'restart', 'down', 'pull']);
export type StackVerb = z.infer<typeof StackVerb>;

/** A piece of what compose wrote in a run. */
export const OutputPiece = z.object({
  kind: z.enum(['text', 'end']),
  text: z.string(),
  isCut: z.boolean().describe('Whether earlier text is not kept any more'),
});
export type OutputPiece = z.infer<typeof OutputPiece>;
