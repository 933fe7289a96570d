import { newId, type Sql } from '@nebula/db';
import { AppError } from '@nebula/errors';
import type { Vault } from '@nebula/vault';
import { NewContainer } from './contract.ts';
import { isSecret, maskArguments } from './secrets.ts';
import { draftOf, insertDraft } from './store.ts';

const sealName = (id: string) => `container-draft:${id}`;

/** Keeps what a container is to be made from, sealed, and answers its id. */
export async function keepDraft(sql: Sql, vault: Vault, wanted: NewContainer, now: Date): Promise<string> {
  const id = newId();
  await insertDraft(sql, {
    id,
    sealed: vault.seal(sealName(id), JSON.stringify(wanted), secretsIn),
    createdAt: now,
  });
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
  return NewContainer.parse(JSON.parse(vault.open(sealName(id), sealed, secretsIn)));
}

/** Known to the log as a whole, a draft would blank every text that repeats it, such as its own audit entry. */
function secretsIn(draft: string): string[] {
  const { environment, command, healthCheck } = NewContainer.parse(JSON.parse(draft));
  const values = environment.filter(({ name, value }) => isSecret(name, value)).map(({ value }) => value);
  for (const words of [command, healthCheck?.command ?? []]) {
    const shown = maskArguments(words);
    values.push(...words.filter((word, at) => shown[at] !== word));
  }
  return values;
}
