import type { Access } from '@nebula/contract';
import type { Reader } from '@nebula/events';
import { type Context, defineFeature } from '@nebula/runtime';
import type { Resources } from '../../resources.ts';
import { live } from './contract.ts';

const beatEveryMs = 10_000;

/** Readers by the credential that opened them, so that a revoked one ends at once. */
interface OpenReader extends Reader {
  subject: string;
}

export const liveFeature = defineFeature<Resources, typeof live>({
  contract: live,
  setUp({ hub }) {
    return {
      routes: {
        async events(context, { query }, sink) {
          const reader: OpenReader = {
            subject: subjectOf(context),
            canSee: (access) => canSee(context, access),
            write: (frames, isStart) => sink.write(frames, isStart),
            close: (reason) => {
              context.log.debug({ reason }, 'live reader dropped');
              sink.end();
            },
          };
          const connected = hub.connect(reader, sink.lastEventId ?? query.lastEventId ?? null);
          // Comments are invisible to a page's EventSource; a beat lets it see that the stream lives.
          const beat = setInterval(() => sink.write('event: beat\ndata: {}\n\n'), beatEveryMs);
          await new Promise<void>((resolve) => {
            if (sink.signal.aborted) resolve();
            sink.signal.addEventListener('abort', () => resolve(), { once: true });
          });
          clearInterval(beat);
          connected.disconnect();
        },
      },
    };
  },
});

/** Ends the live streams that a revoked session or key had opened; all of them when it is not known which. */
export function dropReaders(hub: Resources['hub'], subject: string): void {
  hub.drop((reader) => subject === '' || ('subject' in reader && reader.subject === subject), 'signed out');
}

function subjectOf({ actor }: Context): string {
  return actor.kind === 'user' ? `session:${actor.sessionId}` : `${actor.kind}:${actor.id}`;
}

/** An access of several words, such as `notices:read user:<id>`, asks for all of them. */
function canSee(context: Context, access: string): boolean {
  if (access.includes(' ')) return access.split(' ').every((word) => canSee(context, word));
  if (access === 'public' || access === 'signed-in') return true;
  if (access.startsWith('user:')) return access.slice(5) === personOf(context);
  return isPermission(access) && context.can(access);
}

/** The user who reads, or whose API key does. */
function personOf({ actor }: Context): string | null {
  return actor.kind === 'user' ? actor.id : actor.kind === 'apiKey' ? actor.userId : null;
}

function isPermission(access: string): access is Exclude<Access, 'public' | 'signed-in'> {
  return access.includes(':');
}
