import { DriverError } from '@nebula/errors';
import { callHttp } from './sample-http.ts';

/** Label that carries the idempotency key of the step that made a container. */
export const keyLabel = 'nebula.sample-key';

/** A container with a {@link keyLabel}. */
export interface LabelledContainer {
  id: string;
  key: string;
  isRunning: boolean;
}

/** The few calls of the Docker Engine API (1.41 and later) that the sample run makes. */
export interface SampleEngine {
  /** Containers made under `key`, or under any key; stopped ones too. */
  find(key: string | null, signal?: AbortSignal): Promise<LabelledContainer[]>;
  /** Makes a container; its name comes from the key, so the engine refuses a second one. Answers its id. */
  create(key: string, image: string, signal?: AbortSignal): Promise<string>;
  start(id: string, signal?: AbortSignal): Promise<void>;
  remove(id: string, signal?: AbortSignal): Promise<void>;
}

/** Reaches an engine by its socket. */
export function sampleEngine(socketPath: string): SampleEngine {
  async function call(method: string, path: string, allowed: number[], body?: unknown, signal?: AbortSignal) {
    const answer = await callHttp(
      { socketPath },
      { method, path: `/v1.41${path}`, body, ...(signal && { signal }) },
    );
    if (allowed.includes(answer.status)) return answer;
    throw new DriverError('rejected', `The engine answered ${answer.status} to ${method} ${path}.`);
  }

  return {
    async find(key, signal) {
      const filters = JSON.stringify({ label: [key === null ? keyLabel : `${keyLabel}=${key}`] });
      const path = `/containers/json?all=1&filters=${encodeURIComponent(filters)}`;
      const { body } = await call('GET', path, [200], undefined, signal);
      return Array.isArray(body) ? body.map(containerOf) : [];
    },
    async create(key, image, signal) {
      const path = `/containers/create?name=${encodeURIComponent(key)}`;
      const settings = {
        Image: image,
        Cmd: ['sleep', '3600'],
        Labels: { [keyLabel]: key },
        HostConfig: { NetworkMode: 'none' },
      };
      const { body } = await call('POST', path, [201], settings, signal);
      return textField(body, 'Id');
    },
    async start(id, signal) {
      await call('POST', `/containers/${id}/start`, [204, 304], undefined, signal);
    },
    async remove(id, signal) {
      await call('DELETE', `/containers/${id}?force=1&v=1`, [204, 404, 409], undefined, signal);
    },
  };
}

function containerOf(entry: unknown): LabelledContainer {
  const labels = typeof entry === 'object' && entry !== null && 'Labels' in entry ? entry.Labels : null;
  return {
    id: textField(entry, 'Id'),
    key: textField(labels, keyLabel),
    isRunning: textField(entry, 'State') === 'running',
  };
}

function textField(value: unknown, name: string): string {
  const field = typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
  if (typeof field !== 'string') throw new DriverError('rejected', `The engine's answer has no ${name}.`);
  return field;
}
