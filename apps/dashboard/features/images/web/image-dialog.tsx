import { Dialog, FactList, formatBytes, Time } from '@nebula/ui';
import { useQuery } from '@tanstack/react-query';
import { DataPairs, dataFact, DataView, ShortId } from '../../../web/feature.ts';
import type { ImageDetail } from '../contract.ts';
import { copy } from './copy.ts';
import { UsedBy } from './local-panel.tsx';
import { imageQuery } from './queries.ts';

const words = copy.detail;

/** Everything about one image. */
export function ImageDialog({ id, onClose }: { id: string; onClose: () => void }) {
  const image = useQuery(imageQuery(id));
  return (
    <Dialog isOpen isWide onClose={onClose} title={image.data?.name ?? words.title}>
      <DataView query={image} label={words.loading}>
        {(data) => <Details image={data} />}
      </DataView>
    </Dialog>
  );
}

function Details({ image }: { image: ImageDetail }) {
  const { sizeBytes, sharedBytes, labels, layers } = image;
  const own = sharedBytes === null ? words.ownUnknown : formatBytes(sizeBytes - sharedBytes);
  return (
    <div className="-mx-4 flex max-h-[70dvh] flex-col gap-2 overflow-y-auto md:-mx-6">
      <FactList
        facts={[
          { term: words.id, value: <ShortId id={image.id} /> },
          dataFact(words.names, image.tags),
          dataFact(words.digests, image.digests),
          { term: words.usedBy, value: <UsedBy holders={image.usedBy} /> },
          { term: words.size, value: formatBytes(sizeBytes), isData: true },
          { term: words.own, value: own, isData: sharedBytes !== null },
          ...(image.builtAt === null ? [] : [{ term: words.built, value: <Time at={image.builtAt} /> }]),
          { term: words.platform, value: image.platform, isData: true },
          dataFact(words.entrypoint, [image.entrypoint.join(' ')]),
          dataFact(words.command, [image.command.join(' ')]),
          { term: words.user, value: image.user === '' ? words.root : image.user, isData: image.user !== '' },
          dataFact(words.directory, [image.workingDir]),
          dataFact(words.ports, image.ports),
          dataFact(words.volumes, image.volumes),
          dataFact(words.variables, image.variables),
        ]}
      />
      <DataPairs title={words.labels} pairs={Object.entries(labels)} />
      <DataPairs
        title={words.layers}
        pairs={layers.map(({ command, sizeBytes: bytes }) => [
          command,
          bytes === 0 ? '' : formatBytes(bytes),
        ])}
      />
    </div>
  );
}
