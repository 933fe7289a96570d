import { appOf, composeOf, type EngineEvent } from '@nebula/docker';
import type { NewMarker } from './store.ts';

/** What is known of a container between two of its events. */
interface Life {
  /** It was sent a signal, so that its end was asked for. */
  isAsked: boolean;
  isOutOfMemory: boolean;
  /** Its health as it was told last; flapping between checks that changes nothing is no change. */
  health: string;
}

/** Makes markers of the engine's events, one container after the other. */
export interface Translator {
  /** The marker of an event; null when it is none. */
  take(event: EngineEvent): NewMarker | null;
}

/** Signals that a program is not expected to end of: reload, resize, user-defined, continue, window. */
const harmless = new Set(['1', '10', '12', '18', '28']);
const mostLives = 5000;

/** See {@link Translator}; it knows only what the events say. */
export function createTranslator(hostId: string): Translator {
  const lives = new Map<string, Life>();

  function lifeOf(id: string): Life {
    const life = lives.get(id) ?? { isAsked: false, isOutOfMemory: false, health: '' };
    // The newest are kept: what is forgotten is told a little less precisely.
    lives.delete(id);
    lives.set(id, life);
    for (const oldest of lives.keys()) {
      if (lives.size <= mostLives) break;
      lives.delete(oldest);
    }
    return life;
  }

  function marker(event: EngineEvent, kind: NewMarker['kind'], more: Partial<NewMarker> = {}): NewMarker {
    const { name = '', image } = event.attributes;
    const app = appOf({ name: name === '' ? event.id.slice(0, 12) : name, ...composeOf(event.attributes) });
    return {
      ...{ hostId, kind, app, at: event.at, containerId: event.id, containerName: name, exitCode: null },
      ...{ image: image ?? null, imageId: null, imageDigest: null, detail: '' },
      ...more,
    };
  }

  return {
    take(event) {
      if (event.type !== 'container') return null;
      const { action, id, attributes } = event;
      switch (action) {
        case 'create':
          return marker(event, 'created');
        case 'start':
          lives.delete(id);
          return marker(event, 'started');
        case 'kill':
          if (!harmless.has(attributes['signal'] ?? '')) lifeOf(id).isAsked = true;
          return null;
        case 'oom':
          lifeOf(id).isOutOfMemory = true;
          return null;
        case 'die': {
          const { isAsked, isOutOfMemory } = lifeOf(id);
          lives.delete(id);
          const exitCode = Number(attributes['exitCode'] ?? 0);
          return marker(event, endOf(exitCode, isAsked, isOutOfMemory), { exitCode });
        }
        case 'pause':
          return marker(event, 'paused');
        case 'unpause':
          return marker(event, 'unpaused');
        case 'rename':
          return marker(event, 'renamed', { detail: (attributes['oldName'] ?? '').replace(/^\//, '') });
        case 'destroy':
          lives.delete(id);
          return marker(event, 'removed');
        case 'health_status': {
          const { health = '' } = attributes;
          const life = lifeOf(id);
          const before = life.health;
          life.health = health;
          if (health === before) return null;
          if (health === 'unhealthy') return marker(event, 'unhealthy');
          return health === 'healthy' && before === 'unhealthy' ? marker(event, 'healthy') : null;
        }
        default:
          return null;
      }
    },
  };
}

function endOf(exitCode: number, isAsked: boolean, isOutOfMemory: boolean): NewMarker['kind'] {
  if (isOutOfMemory && !isAsked) return 'out-of-memory';
  if (isAsked) return 'stopped';
  return exitCode === 0 ? 'ended' : 'died';
}
