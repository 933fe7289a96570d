export { openDriver } from './driver.ts';
export { DnsConflict, LayerFault, MustWait, spanText } from './faults.ts';
export { type Locks, processLocks } from './locks.ts';
export { openDns, type OpenParts } from './open.ts';
export {
  type Capabilities,
  type CheckLayer,
  checkLayers,
  type CheckReport,
  type Dns,
  type Driver,
  type Found,
  type ReadOptions,
  type WriteOptions,
  type Written,
  type Zone,
  type ZoneRecords,
} from './port.ts';
export {
  absoluteName,
  bytesOfText,
  canonicalName,
  canonicalRrset,
  canonicalValue,
  compareNames,
  formatValue,
  gatherRrsets,
  InvalidRecord,
  isRecordType,
  isWithinZone,
  nameOrNull,
  type OtherRecords,
  parseValue,
  quotedText,
  type RawRecord,
  type RecordType,
  recordTypes,
  relativeName,
  type Rrset,
  type RrsetKey,
  type Value,
  writableRrset,
  zoneFileValue,
  zoneHolding,
} from './record.ts';
export { absent, hasSameValues, type Version, versionOf } from './version.ts';
export { memoryWaits, nameOfWait, type Waits } from './waits.ts';
export { caaAllows, type CaaFinding, findCaa } from './resolve/caa.ts';
export { type Propagation, propagationOf, type ServerView } from './resolve/propagation.ts';
export {
  addressKind,
  type AddressKind,
  type AddressSource,
  defaultAddressSources,
  findPublicAddress,
  onlyAddress,
  type PublicAddress,
} from './resolve/public-address.ts';
export { registrableDomain } from './resolve/registrable.ts';
export {
  type AskOptions,
  type Authority,
  createResolver,
  type DnsAnswer,
  type Resolver,
  type ResolverOptions,
} from './resolve/resolver.ts';
export { type NameServer, nameServerText, parseNameServer } from './wire/exchange.ts';
export { type TsigAlgorithm, tsigAlgorithms, type TsigKey } from './wire/tsig.ts';
export {
  DnsName,
  type ProviderKind,
  type ProviderSecrets,
  ProviderSettings,
  secretNames,
  secretsProblem,
} from './settings.ts';
export { readZoneFile, type ZoneFileEntry, type ZoneFileOptions } from './zone-file.ts';
