import { newId, type Sql } from '@nebula/db';
import { AppError } from '@nebula/errors';
import type { Vault } from '@nebula/vault';
import { z } from 'zod';
import { FileChange } from './contract-shapes.ts';
import { secretsIn } from './mask.ts';
import { draftOf, insertDraft } from './store.ts';

const Draft = z.array(FileChange);
const sealName = (id: string) => `stack-draft:${id}`;

/** Keeps files as they are to be, sealed, and answers the draft's id. */
export async function keepDraft(sql: Sql, vault: Vault, files: FileChange[], now: Date): Promise<string> {
  const id = newId();
  await insertDraft(sql, {
    id,
    sealed: vault.seal(sealName(id), JSON.stringify(files), secretsOfDraft),
    createdAt: now,
  });
  return id;
}

/** Opens a draft. Throws NOT_FOUND when it is gone. */
export async function openDraft(sql: Sql, vault: Vault, id: string): Promise<FileChange[]> {
  const sealed = await draftOf(sql, id);
  if (sealed === undefined)
    throw new AppError('NOT_FOUND', 'What was to be written is not kept any more; save it again.');
  return Draft.parse(JSON.parse(vault.open(sealName(id), sealed, secretsOfDraft)));
}

/** Known to the log as a whole, a draft would blank every text that repeats a line of it. */
function secretsOfDraft(draft: string): string[] {
  return Draft.parse(JSON.parse(draft)).flatMap(({ name, text }) => secretsIn(name, text));
}
