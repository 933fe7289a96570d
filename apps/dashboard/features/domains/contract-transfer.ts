import { call, download, Id } from '@nebula/contract';
import { z } from 'zod';
import { DomainName, DomainTarget } from './contract-fields.ts';

/** What domains are read from. `zone-file`: a BIND master file; `provider-zone`: a zone as its provider tells it. */
export const ImportFormat = z.enum(['json', 'csv', 'caddyfile', 'zone-file', 'provider-zone']);
export type ImportFormat = z.infer<typeof ImportFormat>;

/** What is done with a domain that is here and is said to be otherwise. */
export const OnConflict = z.enum(['skip', 'overwrite', 'merge']);
export type OnConflict = z.infer<typeof OnConflict>;

/** Rows of one import at most. */
export const mostRows = 10_000;
/** Bytes of one import at most, as they are sent: JSON, in which quotes and line breaks count twice. */
export const mostImportBytes = 10 * 1024 * 1024;

/** A sentence by its code and the values in it, which a reader may say in other words. */
export const Said = z.object({
  code: z.string(),
  values: z.record(z.string(), z.string()),
  sentence: z.string(),
});
export type Said = z.infer<typeof Said>;

/** What an import says of one row. */
export const ImportRow = z.object({
  row: z.number().int().describe('Counted from 1'),
  line: z.number().int().nullable().describe('Where it stands in the text'),
  name: z.string(),
  verdict: z
    .enum(['new', 'same', 'conflict', 'invalid', 'needs-target', 'left'])
    .describe(
      '`needs-target`: the name is known, what it should lead to is not; `left`: it cannot become a domain',
    ),
  does: z.enum(['create', 'change', 'nothing']).describe('What the import does with it'),
  why: Said.nullable(),
  notes: z.array(Said).describe('What is lost, or kept in another form'),
  leadsTo: z.string().describe('What the row leads to, as in a CSV file; empty where it does not say'),
  differences: z
    .array(z.object({ field: z.string(), here: z.string(), there: z.string() }))
    .describe('Of a conflict: both sides of each field that differs'),
  id: Id.nullable().describe('The domain that is here; of a real import also the one that was made'),
});
export type ImportRow = z.infer<typeof ImportRow>;

/** What an import found, and whether it was done. */
export const Imported = z.object({
  format: ImportFormat,
  isDone: z.boolean(),
  counts: z.record(ImportRow.shape.verdict, z.number().int()),
  created: z.number().int(),
  changed: z.number().int(),
  notes: z.array(Said).describe('What concerns the whole text'),
  rows: z.array(ImportRow),
});
export type Imported = z.infer<typeof Imported>;

/** What is wanted for one name, whatever is wanted for the rest. */
const Choice = z.object({
  name: DomainName,
  does: z.enum(['leave-out', 'overwrite', 'merge']).optional(),
  target: DomainTarget.optional().describe('Where the text says none'),
});

export const exportDomains = download({
  path: '/domains/export',
  summary:
    'All domains with everything that a person can set, as a file that can be imported; hashes in snippets only for who may change domains',
  access: 'domains:read',
  limit: '30/1m',
  types: ['application/json', 'text/csv; charset=utf-8'],
  query: z.object({ format: z.enum(['json', 'csv']).default('json') }),
});

export const importDomains = call({
  method: 'POST',
  path: '/domains/import',
  summary: 'Read domains from a file or a zone, all or none; DNS and the proxy are not touched',
  access: 'domains:write',
  limit: '60/1m',
  maxBytes: mostImportBytes,
  body: z
    .object({
      text: z.string().optional().meta({ description: 'What is read', 'x-file': true }),
      format: ImportFormat.optional().describe('Found out from the text when left out'),
      providerId: Id.optional().describe('Of a provider-zone: who holds it'),
      zone: DomainName.optional().describe(
        'Of a provider-zone its name; of a zone file what it begins below',
      ),
      isDryRun: z
        .boolean()
        .default(false)
        .meta({ description: 'Only say what would be done', 'x-option': 'dry-run' }),
      onConflict: OnConflict.default('skip').describe(
        '`overwrite` takes what the text says, `merge` only where it says something, key by key',
      ),
      leavesOutInvalid: z
        .boolean()
        .default(false)
        .describe('Import the rest; otherwise one invalid row stops all'),
      choices: z.array(Choice).max(mostRows).default([]).describe('What is wanted for single names'),
    })
    .refine(
      ({ text, format, providerId, zone }) =>
        format === 'provider-zone'
          ? text === undefined && providerId !== undefined && zone !== undefined
          : text !== undefined && providerId === undefined,
      'Give either a text, or the format provider-zone with providerId and zone.',
    ),
  output: Imported,
  errors: {
    FILE_UNREADABLE: 422,
    TOO_MANY_ROWS: 422,
    ROWS_INVALID: 422,
    PROVIDER_UNKNOWN: 422,
    UNLISTED: 422,
    CHANGED_MEANWHILE: 409,
  },
});
