import { z } from 'zod';
import type { Docker, SignGrant } from '../../index.ts';
import { createBody } from './create-body.ts';
import type { EngineRequest } from './http.ts';

type Send = (request: EngineRequest) => Promise<unknown>;

/** Beyond the container's own grace, which the engine waits before it answers. */
const answerMs = 30_000;
/** Its own grace is not known here; nobody waits longer than this for it. */
const longestGraceMs = 600_000;

const Created = z.object({ Id: z.string() });

/** The verbs that change something; each is one request. */
export function changes(
  send: Send,
  sign: SignGrant | undefined,
): Pick<
  Docker,
  | 'start'
  | 'stop'
  | 'restart'
  | 'pause'
  | 'unpause'
  | 'kill'
  | 'rename'
  | 'remove'
  | 'create'
  | 'connect'
  | 'disconnect'
  | 'tagImage'
  | 'removeImage'
  | 'createVolume'
  | 'removeVolume'
  | 'createNetwork'
  | 'removeNetwork'
> {
  async function act(id: string, verb: string, signal?: AbortSignal, timeoutMs?: number): Promise<void> {
    await send({
      method: 'POST',
      path: `/containers/${encodeURIComponent(id)}/${verb}`,
      ...(signal && { signal }),
      ...(timeoutMs === undefined ? {} : { timeoutMs }),
    });
  }

  async function post(path: string, body: unknown, signal?: AbortSignal): Promise<void> {
    await send({ method: 'POST', path, ...(body !== undefined && { body }), ...(signal && { signal }) });
  }

  async function end(
    id: string,
    verb: 'stop' | 'restart',
    graceSeconds: number | null,
    signal?: AbortSignal,
  ): Promise<void> {
    const query = graceSeconds === null ? '' : `?t=${graceSeconds}`;
    const graceMs = graceSeconds === null ? longestGraceMs : graceSeconds * 1000;
    await act(id, `${verb}${query}`, signal, graceMs + answerMs);
  }

  return {
    start: (id, signal) => act(id, 'start', signal, 120_000),
    stop: (id, graceSeconds, signal) => end(id, 'stop', graceSeconds, signal),
    restart: (id, graceSeconds, signal) => end(id, 'restart', graceSeconds, signal),
    pause: (id, signal) => act(id, 'pause', signal),
    unpause: (id, signal) => act(id, 'unpause', signal),
    kill: (id, signalName, signal) => act(id, `kill?signal=${encodeURIComponent(signalName)}`, signal),
    rename: (id, name, signal) => act(id, `rename?name=${encodeURIComponent(name)}`, signal),
    async remove(id, isForced, signal) {
      const query = isForced ? '?force=1' : '';
      await send({
        method: 'DELETE',
        path: `/containers/${encodeURIComponent(id)}${query}`,
        ...(signal && { signal }),
        timeoutMs: 120_000,
      });
    },
    async create(container, signal) {
      const reply = await send({
        method: 'POST',
        path: `/containers/create?name=${encodeURIComponent(container.name)}`,
        body: createBody(container),
        ...(signal && { signal }),
        timeoutMs: 120_000,
      });
      return Created.parse(reply).Id;
    },
    connect: (network, containerId, signal) =>
      post(`/networks/${encodeURIComponent(network)}/connect`, { Container: containerId }, signal),
    disconnect: (network, containerId, signal) =>
      post(`/networks/${encodeURIComponent(network)}/disconnect`, { Container: containerId }, signal),
    tagImage: (id, repository, tag, signal) =>
      post(
        `/images/${id}/tag?repo=${encodeURIComponent(repository)}&tag=${encodeURIComponent(tag)}`,
        undefined,
        signal,
      ),
    async removeImage(reference, signal) {
      const path = `/images/${reference}`;
      await send({ method: 'DELETE', path, ...(signal && { signal }), timeoutMs: 300_000 });
    },
    createVolume: ({ name, labels }, signal) =>
      post('/volumes/create', { Name: name, Driver: 'local', Labels: labels }, signal),
    async createNetwork({ name, isInternal, subnet, gateway, labels }, signal) {
      const range = { ...(subnet && { Subnet: subnet }), ...(gateway && { Gateway: gateway }) };
      const reply = await send({
        method: 'POST',
        path: '/networks/create',
        body: {
          ...{ Name: name, Driver: 'bridge', Internal: isInternal, CheckDuplicate: true, Labels: labels },
          ...(Object.keys(range).length === 0 ? {} : { IPAM: { Driver: 'default', Config: [range] } }),
        },
        ...(signal && { signal }),
      });
      return Created.parse(reply).Id;
    },
    async removeNetwork(id, signal) {
      await send({
        method: 'DELETE',
        path: `/networks/${encodeURIComponent(id)}`,
        ...(signal && { signal }),
      });
    },
    async removeVolume(name, word, signal) {
      const target = `/volumes/${encodeURIComponent(name)}`;
      const headers = sign?.({ ...word, method: 'DELETE', target, rules: ['volume-delete'] });
      await send({ method: 'DELETE', path: target, ...(headers && { headers }), ...(signal && { signal }) });
    },
  };
}
