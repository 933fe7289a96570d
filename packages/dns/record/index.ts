export { InvalidRecord } from './invalid.ts';
export {
  absoluteName,
  canonicalName,
  compareNames,
  isWithinZone,
  nameOrNull,
  quoted,
  relativeName,
  zoneHolding,
} from './name.ts';
export {
  canonicalRrset,
  gatherRrsets,
  type OtherRecords,
  type RawRecord,
  type Rrset,
  type RrsetKey,
  writableRrset,
} from './rrset.ts';
export { bytesOfText, quotedText, stringsOf, textOfBytes } from './text.ts';
export {
  canonicalValue,
  formatValue,
  isRecordType,
  parseValue,
  type RecordType,
  recordTypes,
  targetsOf,
  type Value,
  zoneFileValue,
} from './value.ts';
