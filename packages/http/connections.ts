import type { Actor } from '@nebula/auth';

/** Streams and sockets that are open, by whoever opened them. */
export interface Connections {
  /** Remembers one; `look` is called when its credential may hold no longer. Answers how to forget it. */
  add(actor: Actor, look: () => Promise<void>): () => void;
  /** Looks at those of `session:<id>`, `apiKey:<id>` or `user:<id>`; at all of them when the text is empty. */
  changed(subject: string): Promise<void>;
}

/** See {@link Connections}. */
export function createConnections(): Connections {
  const open = new Set<{ subjects: string[]; look: () => Promise<void> }>();
  return {
    add(actor, look) {
      const connection = { subjects: subjectsOf(actor), look };
      open.add(connection);
      return () => open.delete(connection);
    },
    async changed(subject) {
      const meant = [...open].filter(({ subjects }) => subject === '' || subjects.includes(subject));
      await Promise.all(meant.map(({ look }) => look()));
    },
  };
}

/** The session or key, and the account behind it: what that may do ends with its role. */
function subjectsOf(actor: Actor): string[] {
  if (actor.kind === 'user') return [`session:${actor.sessionId}`, `user:${actor.id}`];
  const own = `${actor.kind}:${actor.id}`;
  return actor.kind === 'apiKey' && actor.userId !== null ? [own, `user:${actor.userId}`] : [own];
}
