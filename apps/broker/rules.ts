import { connectBody, disconnectBody, execBody, execStartBody, networkBody, volumeBody } from './bodies.ts';
import { containerBody, updateBody } from './container-body.ts';
import type { Liftable } from './liftable.ts';
import {
  anything,
  count,
  emptyJson,
  filters,
  image,
  keys,
  like,
  moment,
  name,
  onOff,
  oneOf,
  platform,
  type QueryRule,
  signal,
  textList,
  textMap,
} from './query.ts';
import type { Shape } from './shape.ts';

/** Questions about the object a request names; the answers are in `object-checks.ts`. */
export type ObjectCheck = 'not-strong' | 'binds-still-inside' | 'exec-of-ours' | 'not-host-network';

/** One request the broker lets through. A request that matches no rule is refused. */
export interface Rule {
  id: string;
  method: 'GET' | 'HEAD' | 'POST' | 'DELETE';
  /** `{id}` is a name or id of one part, `{image}` a name that may have several. */
  path: string;
  /** Parameters that may stand in the query; any other is refused. */
  query: Record<string, QueryRule>;
  /** Grammar of the JSON body; none means that nothing is sent on; `tar` is passed through as a stream. */
  body?: Shape | 'tar';
  effect: 'read' | 'change' | 'remove';
  /** The connection becomes a stream of bytes in both directions. */
  hijack?: true;
  /** A grant is needed always, or when this parameter is on. */
  needs?: { rule: Liftable; when?: string };
  /** Headers that go on beside those the broker writes itself. */
  headers?: readonly string[];
  check?: ObjectCheck;
  /** The check is made only when this parameter is on. */
  checkWhen?: string;
  why: string;
}

const tailOfLogs = like(/^(?:all|\d{1,9})?$/, 'all or a number');
const build: Record<string, QueryRule> = {
  ...{ dockerfile: anything, t: image, q: onOff, nocache: onOff, rm: onOff, forcerm: onOff, pull: onOff },
  ...{
    cachefrom: textList,
    buildargs: textMap,
    labels: textMap,
    target: anything,
    platform,
    extrahosts: anything,
  },
  ...{ memory: count, memswap: count, cpushares: count, cpuperiod: count, cpuquota: count, shmsize: count },
  ...{ cpusetcpus: anything, cpusetmems: anything, squash: onOff, buildid: anything },
  ...{ ulimits: emptyJson, securityopt: emptyJson, isolation: oneOf(''), cgroupparent: oneOf('') },
  ...{ networkmode: oneOf('', 'default', 'none', 'bridge'), remote: oneOf(''), version: oneOf('', '1') },
};

/** The whole of what passes. */
export const rules: readonly Rule[] = [
  // The engine
  read('ping', '/_ping', {}, 'Says whether the engine lives.'),
  { ...read('ping-head', '/_ping', {}, 'The same without a body, which clients ask first.'), method: 'HEAD' },
  read('version', '/version', {}, 'Names the versions of engine and API.'),
  read('info', '/info', {}, 'Describes the engine.'),
  read('events', '/events', { since: moment, until: moment, filters }, 'Tells what changes, as a stream.'),
  read(
    'disk-usage',
    '/system/df',
    { type: oneOf('container', 'image', 'volume', 'build-cache') },
    'Counts disk space.',
  ),

  // Containers: reading
  read(
    'container-list',
    '/containers/json',
    { all: onOff, limit: count, size: onOff, filters, since: name, before: name },
    'Lists containers.',
  ),
  read('container-inspect', '/containers/{id}/json', { size: onOff }, 'Describes a container.'),
  read(
    'container-logs',
    '/containers/{id}/logs',
    {
      follow: onOff,
      stdout: onOff,
      stderr: onOff,
      since: moment,
      until: moment,
      timestamps: onOff,
      details: onOff,
      tail: tailOfLogs,
    },
    'Reads what a container wrote.',
  ),
  read(
    'container-stats',
    '/containers/{id}/stats',
    { stream: onOff, 'one-shot': onOff },
    'Measures a container.',
  ),
  read(
    'container-top',
    '/containers/{id}/top',
    // The engine hands these to `ps` on the machine, which shows environments to those who ask for them.
    { ps_args: like(/^(?:-?aux|-?ef|-eo [a-z,]+)?$/, '-ef, aux or -eo with columns') },
    'Lists the processes of a container.',
  ),
  read('container-changes', '/containers/{id}/changes', {}, 'Lists the files a container changed.'),

  // Containers: life
  {
    ...change(
      'container-create',
      '/containers/create',
      { name, platform },
      'Makes a container within its walls.',
    ),
    body: containerBody,
  },
  { ...change('container-update', '/containers/{id}/update', {}, 'Changes limits.'), body: updateBody },
  {
    ...change(
      'container-start',
      '/containers/{id}/start',
      { detachKeys: keys },
      'Starts a container as it was made.',
    ),
    check: 'binds-still-inside',
  },
  change('container-stop', '/containers/{id}/stop', { t: count, signal }, 'Stops a container.'),
  {
    ...change('container-restart', '/containers/{id}/restart', { t: count, signal }, 'Restarts a container.'),
    check: 'binds-still-inside',
  },
  change('container-kill', '/containers/{id}/kill', { signal }, 'Sends a signal to a container.'),
  change('container-pause', '/containers/{id}/pause', {}, 'Freezes a container.'),
  change('container-unpause', '/containers/{id}/unpause', {}, 'Thaws a container.'),
  change('container-rename', '/containers/{id}/rename', { name }, 'Gives a container another name.'),
  change(
    'container-wait',
    '/containers/{id}/wait',
    { condition: oneOf('', 'not-running', 'next-exit', 'removed') },
    'Waits for the end of a container.',
  ),
  change('container-resize', '/containers/{id}/resize', { h: count, w: count }, 'Tells a terminal its size.'),
  {
    ...change(
      'container-attach',
      '/containers/{id}/attach',
      { stream: onOff, stdin: onOff, stdout: onOff, stderr: onOff, logs: onOff, detachKeys: keys },
      'Joins the input and output of a container.',
    ),
    hijack: true,
    check: 'not-strong',
    checkWhen: 'stdin',
  },
  {
    ...remove(
      'container-remove',
      '/containers/{id}',
      { force: onOff, v: onOff, link: oneOf('', '0', 'false') },
      'Removes a container, not its data.',
    ),
    needs: { rule: 'container-delete-volumes', when: 'v' },
  },

  // Commands inside containers
  {
    ...change('exec-create', '/containers/{id}/exec', {}, 'Prepares a command inside a container.'),
    body: execBody,
    check: 'not-strong',
  },
  {
    ...change('exec-start', '/exec/{id}/start', {}, 'Runs a command that was prepared through the broker.'),
    body: execStartBody,
    hijack: true,
    check: 'exec-of-ours',
  },
  change('exec-resize', '/exec/{id}/resize', { h: count, w: count }, 'Tells a terminal its size.'),
  read('exec-inspect', '/exec/{id}/json', {}, 'Tells how a command ended.'),

  // Images
  read(
    'image-list',
    '/images/json',
    { all: onOff, filters, digests: onOff, 'shared-size': onOff, manifests: onOff },
    'Lists images.',
  ),
  read(
    'image-inspect',
    '/images/{image}/json',
    { manifests: onOff, platform: anything },
    'Describes an image.',
  ),
  read('image-history', '/images/{image}/history', { platform: anything }, 'Lists the layers of an image.'),
  {
    ...read('distribution', '/distribution/{image}/json', {}, 'Asks a registry for the digest of an image.'),
    headers: ['X-Registry-Auth'],
  },
  {
    ...change(
      'image-pull',
      '/images/create',
      { fromImage: image, tag: like(/^[A-Za-z0-9_.:-]*$/, 'a tag'), platform },
      'Fetches an image from a registry.',
    ),
    headers: ['X-Registry-Auth'],
  },
  change(
    'image-tag',
    '/images/{image}/tag',
    { repo: image, tag: like(/^[A-Za-z0-9_.-]*$/, 'a tag') },
    'Names an image.',
  ),
  remove(
    'image-remove',
    '/images/{image}',
    { force: onOff, noprune: onOff },
    'Removes an image, which can be fetched again.',
  ),
  {
    ...change(
      'image-build',
      '/build',
      build,
      'Builds an image with the classic builder, within container walls.',
    ),
    body: 'tar',
    headers: ['X-Registry-Config'],
  },

  // Networks
  read('network-list', '/networks', { filters }, 'Lists networks.'),
  read(
    'network-inspect',
    '/networks/{id}',
    { verbose: onOff, scope: oneOf('', 'local') },
    'Describes a network.',
  ),
  {
    ...change('network-create', '/networks/create', {}, 'Makes a network between containers.'),
    body: networkBody,
  },
  {
    ...change('network-connect', '/networks/{id}/connect', {}, 'Joins a container to a network.'),
    body: connectBody,
    check: 'not-host-network',
  },
  {
    ...change('network-disconnect', '/networks/{id}/disconnect', {}, 'Takes a container off a network.'),
    body: disconnectBody,
  },
  remove('network-remove', '/networks/{id}', {}, 'Removes a network nobody uses.'),

  // Volumes
  read('volume-list', '/volumes', { filters }, 'Lists volumes.'),
  read('volume-inspect', '/volumes/{id}', {}, 'Describes a volume.'),
  { ...change('volume-create', '/volumes/create', {}, 'Makes an empty volume.'), body: volumeBody },
  {
    ...remove('volume-remove', '/volumes/{id}', { force: onOff }, 'Removes a volume with its data.'),
    needs: { rule: 'volume-delete' },
  },
];

/** Requests that have a sentence of their own; they are refused like everything that no rule lets through. */
export const refusals: readonly { path: RegExp; why: string }[] = [
  { path: /\/prune$/, why: 'Pruning removes what nobody named; remove things one by one.' },
  {
    path: /^\/(?:swarm|nodes|services|tasks|configs|secrets)(?:\/|$)/,
    why: 'Swarm mode is not reached through the broker.',
  },
  { path: /^\/plugins(?:\/|$)/, why: 'Engine plugins run with all power over the machine.' },
  { path: /^\/(?:session|grpc)$/, why: 'BuildKit sessions cannot be judged; build with DOCKER_BUILDKIT=0.' },
  {
    path: /^\/containers\/[^/]+\/archive$/,
    why: 'Copying files in or out by path goes around what is judged.',
  },
  {
    path: /^\/containers\/[^/]+\/export$/,
    why: "A whole container's files do not leave through the broker.",
  },
  {
    path: /^\/containers\/[^/]+\/attach\/ws$/,
    why: 'Attach works over an upgraded connection, not a WebSocket.',
  },
  { path: /^\/containers\/[^/]+\/checkpoints/, why: 'Checkpoints hold the memory of programs.' },
  {
    path: /^\/commit$/,
    why: 'Images are built from a Dockerfile or fetched, so that they can be made again.',
  },
  {
    path: /^\/images\/(?:load|get|search)$|^\/images\/.+\/(?:get|push)$/,
    why: 'Images are fetched from registries only.',
  },
  { path: /^\/auth$/, why: 'Registry passwords are not tried out through the broker.' },
];

function read(id: string, path: string, query: Record<string, QueryRule>, why: string): Rule {
  return { id, method: 'GET', path, query, effect: 'read', why };
}

function change(id: string, path: string, query: Record<string, QueryRule>, why: string): Rule {
  return { id, method: 'POST', path, query, effect: 'change', why };
}

function remove(id: string, path: string, query: Record<string, QueryRule>, why: string): Rule {
  return { id, method: 'DELETE', path, query, effect: 'remove', why };
}
