export { InvalidRecord } from './record/invalid.ts';
export {
  absoluteName,
  canonicalName,
  compareNames,
  isWithinZone,
  nameOrNull,
  quoted,
  relativeName,
  zoneHolding,
} from './record/name.ts';
export {
  canonicalRrset,
  gatherRrsets,
  type OtherRecords,
  type RawRecord,
  type Rrset,
  type RrsetKey,
  writableRrset,
} from './record/rrset.ts';
export { bytesOfText, quotedText, stringsOf, textOfBytes } from './record/text.ts';
export {
  canonicalValue,
  formatValue,
  isRecordType,
  parseValue,
  type RecordType,
  recordTypes,
  type Value,
  zoneFileValue,
} from './record/value.ts';
