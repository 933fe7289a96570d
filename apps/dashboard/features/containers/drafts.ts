import { newId, type Sql } from '@nebula/db';
import { AppError } from '@nebula/errors';
import type { Vault } from '@nebula/vault';
import { NewContainer } from './contract.ts';
import { draftOf, insertDraft } from './store.ts';

const sealName = (id: string) => `container-draft:${id}`;

/** Keeps what a container is to be made from, sealed, and answers its id. */
export async function keepDraft(sql: Sql, vault: Vault, wanted: NewContainer, now: Date): Promise<string> {
  const id = newId();
  await insertDraft(sql, { id, sealed: vault.seal(sealName(id), JSON.stringify(wanted)), createdAt: now });
  return id;
}

/** Opens a draft. Throws NOT_FOUND when it is gone. */
export async function openDraft(sql: Sql, vault: Vault, id: string): Promise<NewContainer> {
  const sealed = await draftOf(sql, id);
  if (sealed === undefined)
    throw new AppError(
      'NOT_FOUND',
      'What the container was to be made from is not kept any more; fill in the form again.',
    );
  return NewContainer.parse(JSON.parse(vault.open(sealName(id), sealed)));
}
