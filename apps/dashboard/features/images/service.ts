import type { Clock } from '@nebula/clock';
import type { Page } from '@nebula/contract';
import { newId } from '@nebula/db';
import { AppError } from '@nebula/errors';
import type { Job } from '@nebula/jobs';
import type { Context } from '@nebula/runtime';
import type { Vault } from '@nebula/vault';
import { type ImageCheck, images, type RegistryLogin, type UpdateState } from './contract.ts';
import { sealName } from './credentials.ts';
import { registryName } from './reference.ts';
import type { Registry } from './registry.ts';
import {
  type CheckRow,
  type CredentialRow,
  checksAfter,
  credentialOf,
  credentialsAfter,
  deleteCredential,
  saveCredential,
} from './store.ts';

interface Deps {
  registry: Registry;
  vault: Vault;
  clock: Clock;
  /** Checks an image, or all for null. */
  checkNow: Job<{ image: string | null }>;
}

/** The verbs of images; see README. */
export function createImages({ registry, vault, clock, checkNow }: Deps) {
  return {
    async checks(
      context: Context,
      query: {
        limit: number;
        cursor?: string | undefined;
        image?: string | undefined;
        state?: UpdateState | undefined;
      },
    ): Promise<Page<ImageCheck>> {
      const { state } = query;
      // What nobody has checked has no row.
      if (state === 'unchecked') return { items: [], next: null };
      const after = query.cursor === undefined ? null : readCursor(query.cursor);
      const rows = await checksAfter(context.sql, { image: query.image, state }, after, query.limit + 1);
      const items = rows.slice(0, query.limit);
      const last = items.at(-1);
      return {
        items: items.map(checkOf),
        next: rows.length > query.limit && last !== undefined ? makeCursor(last) : null,
      };
    },

    async check(context: Context, image: string | undefined): Promise<void> {
      const target = { type: 'image', id: image ?? 'all', name: image ?? 'All images' };
      await context.write(images.actions.check, target, async (change) => {
        await change.enqueue(checkNow, { image: image ?? null }, { key: `images.check-now:${image ?? ''}` });
      });
    },

    async logins(
      context: Context,
      { limit, cursor }: { limit: number; cursor?: string | undefined },
    ): Promise<Page<RegistryLogin>> {
      const rows = await credentialsAfter(context.sql, cursor ?? null, limit + 1);
      const items = rows.slice(0, limit);
      const next = rows.length > limit ? (items.at(-1)?.registry ?? null) : null;
      return { items: items.map(loginOf), next };
    },

    /** Keeps a login after it was tried. Throws LOGIN_REFUSED with what the registry said. */
    async saveLogin(
      context: Context,
      input: { registry: string; username: string; password: string; isTried: boolean },
    ): Promise<RegistryLogin> {
      const { username, password, isTried } = input;
      const name = registryName(input.registry);
      const target = { type: 'registry', id: name };
      // Before the transaction, which must not wait for somebody else's server.
      const refusal = isTried ? await registry.tryLogin(name, { username, password }, context.signal) : null;
      return await context.write(images.actions['save-login'], target, async (change) => {
        if (refusal !== null) throw new AppError('LOGIN_REFUSED', refusal);
        const now = clock.now();
        const before = await credentialOf(change.sql, name);
        const row = await saveCredential(change.sql, {
          ...{ id: newId(), registry: name, username, createdAt: now, updatedAt: now },
          password: vault.seal(sealName(name), password),
        });
        change.record({ before: before === undefined ? null : loginOf(before), after: loginOf(row) });
        return loginOf(row);
      });
    },

    async removeLogin(context: Context, id: string): Promise<void> {
      await context.write(images.actions['remove-login'], { type: 'registry', id }, async (change) => {
        const row = await deleteCredential(change.sql, id);
        if (row === undefined) throw new AppError('NOT_FOUND', 'There is no such login any more.');
        change.record({ target: { type: 'registry', id: row.registry }, before: loginOf(row) });
      });
    },
  };
}

function checkOf({ hostId: _host, checkedAt, retryAt, ...row }: CheckRow): ImageCheck {
  return { ...row, checkedAt: checkedAt.toISOString(), retryAt: retryAt?.toISOString() ?? null };
}

function loginOf({ id, registry, username, createdAt, updatedAt }: CredentialRow): RegistryLogin {
  return { id, registry, username, createdAt: createdAt.toISOString(), updatedAt: updatedAt.toISOString() };
}

function makeCursor({ image, imageId }: CheckRow): string {
  return Buffer.from(`${imageId} ${image}`).toString('base64url');
}

function readCursor(text: string): { image: string; imageId: string } {
  const [, imageId, image] = /^(\S+) (\S+)$/.exec(Buffer.from(text, 'base64url').toString('utf8')) ?? [];
  if (imageId === undefined || image === undefined) {
    const message = 'This cursor was not made by this list.';
    throw new AppError('BAD_INPUT', message, { fields: [{ path: 'query.cursor', message }] });
  }
  return { image, imageId };
}
