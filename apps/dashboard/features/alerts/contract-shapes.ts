import { Id, Instant, Moment, text } from '@nebula/contract';
import { z } from 'zod';
import { kindNames } from './contract-kinds.ts';
import { isZone } from './contract-quiet.ts';

export const Severity = z.enum(['critical', 'warning', 'info']);
export type Severity = z.infer<typeof Severity>;

/** What a rule judges; see kinds.ts for units and what each is about. */
export const RuleKind = z.enum(kindNames);
export type RuleKind = z.infer<typeof RuleKind>;

const subject = text(600).min(1).describe('Such as `app/shop/web`, `disk/srv`, `host`');
const sentence = 'A number from 0 to 1,000,000.';
const bound = z.number(sentence).min(0, sentence).max(1_000_000, sentence);
const seconds = (most: number) => {
  const words = `A whole number of seconds, ${most} at most.`;
  return z.number(words).int(words).min(0, words).max(most, words);
};

/** A rule as a person writes it. */
export const RuleInput = z.object({
  name: text(100).min(1, 'A rule needs a name.'),
  kind: RuleKind,
  isOn: z.boolean().default(true),
  severity: Severity.default('warning'),
  only: z.array(subject).max(100).default([]).describe('Only these; everything when it is empty'),
  except: z.array(subject).max(100).default([]).describe('Never these'),
  threshold: bound.optional().describe('From here on it is wrong; the usual one when left out'),
  recover: bound.optional().describe('From here on it is right again'),
  forSeconds: seconds(86_400).optional().describe('It must be wrong for so long'),
  recoverSeconds: seconds(86_400).default(0).describe('It must be right again for so long'),
  remindMinutes: z
    .number()
    .int()
    .min(0)
    .max(10_080)
    .default(0)
    .describe('Minutes until it is told again; 0 is never'),
  channelIds: z
    .array(Id)
    .max(50)
    .nullable()
    .default(null)
    .describe('Where it is told; null is every channel'),
});
export type RuleInput = z.infer<typeof RuleInput>;

export const Rule = z.object({
  id: Id,
  name: z.string(),
  kind: RuleKind,
  isOn: z.boolean(),
  severity: Severity,
  only: z.array(z.string()),
  except: z.array(z.string()),
  threshold: z.number(),
  recover: z.number(),
  forSeconds: z.number().int(),
  recoverSeconds: z.number().int(),
  remindMinutes: z.number().int(),
  channelIds: z.array(Id).nullable(),
  open: z.number().int().describe('Incidents of it that are open'),
  updatedAt: Instant,
});
export type Rule = z.infer<typeof Rule>;

export const Incident = z.object({
  id: Id,
  hostId: z.string(),
  ruleId: Id,
  ruleName: z.string(),
  kind: RuleKind,
  subject: z.string(),
  subjectName: z.string(),
  severity: Severity,
  summary: z.string(),
  path: z.string().describe('Page of the web that shows its subject'),
  value: z.number().describe('What was measured when it began'),
  openedAt: Instant,
  closedAt: Instant.nullable(),
  closedBy: z
    .enum(['recovered', 'gone', 'rule-changed'])
    .nullable()
    .describe('It is right again, its subject is gone, or nobody asks any more'),
  acknowledgedAt: Instant.nullable(),
  acknowledgedBy: z.string().nullable(),
  snoozedUntil: Instant.nullable(),
});
export type Incident = z.infer<typeof Incident>;

export const IncidentEntry = z.object({
  id: Id,
  at: Instant,
  kind: z.enum(['fired', 'acknowledged', 'snoozed', 'sent', 'not-sent', 'unknown', 'reminded', 'closed']),
  detail: z.string(),
  actor: z.string().nullable(),
});
export type IncidentEntry = z.infer<typeof IncidentEntry>;

export const Delivery = z.object({
  id: Id,
  target: z.string().describe('Channel or device'),
  message: z.enum(['firing', 'recovered', 'reminder']),
  state: z
    .enum(['waiting', 'sending', 'sent', 'failed', 'unknown', 'dropped'])
    .describe(
      '`unknown`: it may have arrived, so it is not sent again; `dropped`: it was over before it was told',
    ),
  dueAt: Instant,
  detail: z.string(),
  endedAt: Instant.nullable(),
});
export type Delivery = z.infer<typeof Delivery>;

/** Drivers of packages/notify that a person sets up. */
export const Driver = z.enum(['discord', 'email', 'gotify', 'ntfy', 'slack', 'telegram', 'webhook']);
export type Driver = z.infer<typeof Driver>;
export const Reach = z
  .enum(['public', 'home', 'machine'])
  .describe('How far it may go: the internet only, the home network too, or this machine too');
export type Reach = z.infer<typeof Reach>;

export const ChannelInput = z.object({
  name: text(80).min(1, 'A channel needs a name.'),
  driver: Driver,
  settings: z
    .record(z.string().max(40), z.unknown())
    .default({})
    .describe('What the driver needs, such as server and topic'),
  secrets: z
    .record(z.string().max(40), z.unknown())
    .nullable()
    .default(null)
    .describe('Tokens, passwords and webhook addresses; never told again. Null keeps what is there'),
  reach: Reach.default('public'),
  isOn: z.boolean().default(true),
  leastSeverity: Severity.default('info').describe('What matters less is not told there'),
});
export type ChannelInput = z.infer<typeof ChannelInput>;

const outcome = {
  lastOutcome: z.enum(['sent', 'failed', 'unknown']).nullable(),
  lastDetail: z.string(),
  lastAt: Instant.nullable(),
};

export const Channel = z.object({
  id: Id,
  name: z.string(),
  driver: Driver,
  place: z.string().describe('The host its messages go to'),
  reach: Reach,
  isOn: z.boolean(),
  leastSeverity: Severity,
  settings: z.record(z.string(), z.unknown()).nullable().describe('Null for those who may not change it'),
  ...outcome,
});
export type Channel = z.infer<typeof Channel>;

/** How a try went, and at which layer it failed. */
export const TestOutcome = z.object({
  outcome: z.enum(['sent', 'failed', 'unknown']),
  layer: z
    .enum(['address', 'connection', 'encryption', 'sign-in', 'content', 'limit', 'server', 'answer', 'gone'])
    .nullable(),
  detail: z.string(),
});
export type TestOutcome = z.infer<typeof TestOutcome>;

const clockTime = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'A time is written 22:30.');

export const Quiet = z.object({
  isOn: z.boolean(),
  from: clockTime,
  to: clockTime,
  zone: z.string().max(64).refine(isZone, 'This time zone is not known, such as Europe/Berlin.'),
  letsCriticalThrough: z.boolean(),
});
export type Quiet = z.infer<typeof Quiet>;

export const SilenceInput = z.object({
  subject: subject.nullable().default(null).describe('Only this; everything when it is null'),
  ruleId: Id.nullable().default(null).describe('Only this rule'),
  reason: text(200).default(''),
  from: Moment.optional().describe('Now when left out'),
  minutes: z.number().int().min(1).max(525_600),
});
export const Silence = z.object({
  id: Id,
  subject: z.string().nullable(),
  ruleId: Id.nullable(),
  reason: z.string(),
  from: Instant,
  until: Instant,
  createdBy: z.string(),
});
export type Silence = z.infer<typeof Silence>;

const base64url = (most: number) =>
  z
    .string()
    .max(most)
    .regex(/^[A-Za-z0-9_-]+$/, 'This is not base64url.');
export const DeviceInput = z.object({
  name: text(80).min(1),
  endpoint: z.url({ protocol: /^https$/ }).max(1000),
  p256dh: base64url(100).length(87),
  auth: base64url(40).length(22),
});
export const Device = z.object({
  id: Id,
  name: z.string(),
  place: z.string(),
  endpointHash: z
    .string()
    .describe('SHA-256 of its endpoint in hexadecimal, by which a browser knows itself'),
  createdAt: Instant,
  ...outcome,
});
export type Device = z.infer<typeof Device>;
