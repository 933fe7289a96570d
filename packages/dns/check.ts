import { DriverError } from '@nebula/errors';
import { NoAnswer } from '@nebula/outbound';
import { LayerFault } from './faults.ts';
import { type CheckLayer, checkLayers, type CheckReport, type Driver } from './port.ts';

/**
 * Tests a connection by using it: lists the zones, then proves the right to one of them and reads it. What fails names its
 * layer; changes nothing.
 */
export async function checkDriver(
  driver: Driver,
  zone: string | null,
  signal: AbortSignal | undefined,
): Promise<CheckReport> {
  let zones: string[] = [];
  let failed: { layer: CheckLayer; detail: string } | null = null;
  try {
    zones = await driver.listZones(signal);
    const tried = zone ?? zones[0];
    if (tried === undefined) {
      failed = { layer: 'zone', detail: 'The provider is reached, but this account holds no zone.' };
    } else if (!zones.includes(tried)) {
      failed = { layer: 'zone', detail: `This account does not hold the zone ${tried}.` };
    } else {
      await inLayer('right', async () => await driver.provesRight?.(tried, signal));
      await inLayer('zone', async () => void (await driver.read(tried, signal)));
    }
  } catch (error) {
    if (!(error instanceof DriverError) || signal?.aborted === true) throw error;
    failed = { layer: layerOf(error), detail: error.message };
  }
  const detail =
    failed?.detail ?? (zones.length === 1 ? 'One zone is there.' : `${zones.length} zones are there.`);
  const capabilities = driver.capabilities();
  const layers = layersWith(failed?.layer ?? null, driver.unusedLayers());
  return { isOk: failed === null, failed: failed?.layer ?? null, detail, layers, zones, capabilities };
}

/** What fails without a layer of its own, once the account was let in, is of this one. */
async function inLayer(layer: CheckLayer, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    const hasOwn = error instanceof LayerFault || error instanceof NoAnswer;
    if (hasOwn || !(error instanceof DriverError)) throw error;
    throw new LayerFault(error.kind === 'unauthorized' ? 'right' : layer, error.kind, error.message, {
      cause: error,
    });
  }
}

function layerOf(error: DriverError): CheckLayer {
  if (error instanceof LayerFault || error instanceof NoAnswer) return error.layer;
  return error.kind === 'unauthorized' ? 'sign-in' : 'answer';
}

function layersWith(failed: CheckLayer | null, unused: readonly CheckLayer[]): CheckReport['layers'] {
  const at = failed === null ? checkLayers.length : checkLayers.indexOf(failed);
  return checkLayers.map((layer, index) => {
    if (unused.includes(layer)) return { layer, state: 'not-used' };
    return { layer, state: index < at ? 'ok' : index === at ? 'failed' : 'not-reached' };
  });
}
