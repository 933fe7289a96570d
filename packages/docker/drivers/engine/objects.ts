import type { Docker } from '../../index.ts';
import {
  HoldingsReply,
  ImageHistoryReply,
  ImageInspectReply,
  ImagesReply,
  NetworksReply,
  VolumeSizesReply,
  VolumesReply,
} from './object-replies.ts';

type Get = (rest: string, signal?: AbortSignal, timeoutMs?: number) => Promise<unknown>;

/** Every file of every volume is looked at. */
const countingMs = 600_000;
/** Layers of all images are compared. */
const comparingMs = 120_000;

/** What can be read of images, volumes and networks. */
export function objects(
  get: Get,
): Pick<Docker, 'images' | 'describeImage' | 'volumes' | 'volumeSizes' | 'networks' | 'holdings'> {
  return {
    async images(signal) {
      return ImagesReply.parse(await get('/images/json?shared-size=1', signal, comparingMs));
    },
    async describeImage(reference, signal) {
      const reply = await get(`/images/${reference}/json`, signal);
      if (reply === null) return null;
      const layers = await get(`/images/${reference}/history`, signal);
      return { ...ImageInspectReply.parse(reply), layers: ImageHistoryReply.parse(layers ?? []) };
    },
    async volumes(signal) {
      return VolumesReply.parse(await get('/volumes', signal));
    },
    async volumeSizes(signal) {
      return VolumeSizesReply.parse(await get('/system/df?type=volume', signal, countingMs));
    },
    async networks(signal) {
      return NetworksReply.parse(await get('/networks', signal));
    },
    async holdings(signal) {
      return HoldingsReply.parse(await get('/containers/json?all=1', signal));
    },
  };
}
