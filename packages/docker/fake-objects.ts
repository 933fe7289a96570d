import { DriverError } from '@nebula/errors';
import type { ContainerDetail, ContainerSummary, EngineEvent } from './container.ts';
import type { ImageSummary, NetworkSummary, VolumeSummary } from './image.ts';
import type { Docker } from './index.ts';

type Volume = VolumeSummary & { bytes: number | null };

interface Parts {
  now(): Date;
  reach(): void;
  read(what: string): void;
  happen(event: Omit<EngineEvent, 'at'>): void;
  /** What every change has in common; throws where it is refused. */
  change(verb: string, id: string): Promise<void>;
  containers(): { summary: ContainerSummary; detail: Partial<ContainerDetail> }[];
}

/** The images, volumes and networks of a fake engine. */
export function fakeObjects({ now, reach, read, happen, change, containers }: Parts) {
  const images = new Map<string, ImageSummary>();
  const volumes = new Map<string, Volume>();
  const networks = new Map<string, NetworkSummary>();
  let made = 0;

  const find = (reference: string) =>
    images.get(reference) ??
    [...images.values()].find(({ id, tags }) => id === reference || tags.includes(reference));
  const networkName = (network: string) =>
    [...networks.values()].find(({ id, name }) => id === network || name === network)?.name ?? network;

  function putImage(reference: string, image: Partial<ImageSummary> = {}): void {
    images.set(reference, {
      ...{ id: `sha256:${'0'.repeat(64)}`, tags: [reference], digests: [] },
      ...{ sizeBytes: 1_000_000, sharedBytes: 0, createdAt: now() },
      ...image,
    });
  }

  function putVolume(name: string, volume: Partial<Volume> = {}): void {
    const mountPoint = `/var/lib/docker/volumes/${name}/_data`;
    const blank = { driver: 'local', createdAt: now(), mountPoint, labels: {}, options: {}, bytes: 0 };
    volumes.set(name, { name, ...blank, ...volume });
  }

  function putNetwork(name: string, network: Partial<NetworkSummary> = {}): void {
    made += 1;
    const id = `fe${made.toString(16).padStart(62, '0')}`;
    const blank = { driver: 'bridge', createdAt: now(), isInternal: false, subnets: [], labels: {} };
    networks.set(name, { id, name, ...blank, ...network });
  }
  putNetwork('bridge', { id: 'b'.repeat(64) });

  const holdings: Docker['holdings'] = async () => {
    read('holdings');
    return containers().map(({ summary, detail }) => ({
      ...{ id: summary.id, name: summary.name, state: summary.state, labels: summary.labels },
      ...{ image: summary.image, imageId: summary.imageId },
      volumes: (detail.mounts ?? []).flatMap((mount) => mount.name ?? []),
      networks: (detail.networks ?? []).map(({ name, address, addressV6 }) => ({
        ...{ id: networks.get(name)?.id ?? '', name, address, addressV6 },
      })),
    }));
  };

  function refuseUsed(what: string, isUsed: boolean): void {
    if (isUsed) throw new DriverError('rejected', `The ${what} is in use.`);
  }

  const port: Pick<
    Docker,
    | 'image'
    | 'images'
    | 'describeImage'
    | 'pull'
    | 'tagImage'
    | 'removeImage'
    | 'volumes'
    | 'volumeSizes'
    | 'createVolume'
    | 'removeVolume'
    | 'networks'
    | 'createNetwork'
    | 'removeNetwork'
    | 'holdings'
  > = {
    holdings,
    async image(reference) {
      reach();
      return find(reference) ?? null;
    },
    async images() {
      read('images');
      return [...new Set(images.values())].map((image) => ({ ...image, tags: [...image.tags] }));
    },
    async describeImage(reference) {
      reach();
      const image = find(reference);
      if (image === undefined) return null;
      const { sharedBytes: _shared, ...known } = image;
      return {
        ...{ ...known, os: 'linux', architecture: 'amd64', entrypoint: [], command: ['/bin/app'] },
        ...{ user: '', workingDir: '/', ports: [], volumes: [], variables: [], labels: {}, layers: [] },
      };
    },
    async pull(reference, { onProgress }) {
      await change('pull', reference);
      onProgress?.({ fraction: 0.5, message: 'Downloading' });
      putImage(reference, { id: `sha256:${'1'.repeat(64)}` });
      happen({ type: 'image', action: 'pull', id: reference, attributes: { name: reference } });
    },
    async tagImage(id, repository, tag) {
      const image = find(id);
      if (image === undefined) throw new DriverError('rejected', `No such image: ${id}`);
      const name = `${repository}:${tag}`;
      await change('tag', name);
      image.tags = [...image.tags, name];
      happen({ type: 'image', action: 'tag', id, attributes: { name } });
    },
    async removeImage(reference) {
      await change('remove-image', reference);
      const image = find(reference);
      if (image === undefined) throw new DriverError('rejected', `No such image: ${reference}`);
      const tags = image.tags.filter((tag) => tag !== reference);
      const isLast = tags.length === 0 || image.id === reference;
      refuseUsed('image', isLast && (await holdings()).some(({ imageId }) => imageId === image.id));
      image.tags = tags;
      for (const [key, one] of images) if (isLast && one.id === image.id) images.delete(key);
      happen({ type: 'image', action: 'delete', id: image.id, attributes: { name: reference } });
    },
    async volumes() {
      read('volumes');
      return [...volumes.values()].map(({ bytes: _bytes, ...volume }) => volume);
    },
    async volumeSizes() {
      read('volume-sizes');
      return new Map([...volumes.values()].map(({ name, bytes }) => [name, bytes]));
    },
    async createVolume({ name, labels }) {
      await change('create-volume', name);
      if (!volumes.has(name)) putVolume(name, { labels });
      happen({ type: 'volume', action: 'create', id: name, attributes: {} });
    },
    async removeVolume(name) {
      await change('remove-volume', name);
      refuseUsed(
        'volume',
        (await holdings()).some((one) => one.volumes.includes(name)),
      );
      volumes.delete(name);
      happen({ type: 'volume', action: 'destroy', id: name, attributes: {} });
    },
    async networks() {
      read('networks');
      return [...networks.values()];
    },
    async createNetwork({ name, isInternal, subnet, gateway, labels }) {
      await change('create-network', name);
      if (networks.has(name)) throw new DriverError('rejected', `network with name ${name} already exists`);
      putNetwork(name, { isInternal, labels, subnets: subnet === null ? [] : [{ subnet, gateway }] });
      const id = networks.get(name)?.id ?? '';
      happen({ type: 'network', action: 'create', id, attributes: { name } });
      return id;
    },
    async removeNetwork(id) {
      const name = networkName(id);
      await change('remove-network', name);
      refuseUsed(
        'network',
        (await holdings()).some((one) => one.networks.some((network) => network.name === name)),
      );
      networks.delete(name);
      happen({ type: 'network', action: 'destroy', id, attributes: { name } });
    },
  };

  return { port, putImage, putVolume, putNetwork, networkName };
}
