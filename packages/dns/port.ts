import type { OtherRecords, RecordType, Rrset, RrsetKey } from './record.ts';
import type { Version } from './version.ts';

/** What a provider can do, as far as is known of this account. */
export interface Capabilities {
  /** Types that can be written. */
  types: readonly RecordType[];
  /** Whether it tells all records of a zone; where not, only what its name servers answer for one name is known. */
  lists: boolean;
  /** Seconds. */
  minimumTtl: number;
  maximumTtl: number;
  hasWildcards: boolean;
  /**
   * What one write replaces: an rrset, single records, all records of a type in the zone, or nothing because a person
   * enters it.
   */
  writes: 'rrset' | 'record' | 'type' | 'hand';
  /** Whether the provider itself refuses a write when the rrset has changed since it was read. */
  comparesAndSets: boolean;
  /** Seconds after which its name servers usually answer with what was written. */
  propagationSeconds: number;
  /** What this account cannot do and why, in sentences. */
  limits: readonly string[];
}

/** A zone that a provider holds. */
export interface Zone {
  /** Canonical. */
  name: string;
}

/** Everything in a zone. */
export interface ZoneRecords {
  zone: string;
  rrsets: Rrset[];
  /** There and left alone. */
  others: OtherRecords[];
  /** Changes with any rrset. */
  version: Version;
}

/** An rrset, or that there is none, and its version. */
export interface Found {
  rrset: Rrset | null;
  version: Version;
}

/** What a write did. */
export interface Written {
  before: Rrset | null;
  after: Rrset | null;
  version: Version;
  /** Whether the provider showed it again afterwards; where not, only its name servers can. */
  isConfirmed: boolean;
}

/** How a read is made. */
export interface ReadOptions {
  signal?: AbortSignal | undefined;
}

/** How a write is made. */
export interface WriteOptions extends ReadOptions {
  /** The version that the caller saw; when there is another one, the write is refused with {@link DnsConflict}. */
  expected: Version;
  /** Milliseconds that may be waited for a limit of the provider, 0 unless given; `MustWait` is thrown for longer ones. */
  patienceMs?: number;
  /** Told while it waits: what for, and until when where that is known. */
  tell?: ((message: string, until: Date | null) => void) | undefined;
}

/** What a connection is tested for, in this order. */
export const checkLayers = ['name', 'connect', 'tls', 'answer', 'sign-in', 'right', 'zone'] as const;

/** A layer of {@link checkLayers}. */
export type CheckLayer = (typeof checkLayers)[number];

/** What a test of the connection found. */
export interface CheckReport {
  isOk: boolean;
  /** The layer that failed; null when none did. */
  failed: CheckLayer | null;
  /** What is wrong, or how many zones are there. */
  detail: string;
  layers: { layer: CheckLayer; state: 'ok' | 'failed' | 'not-reached' | 'not-used' }[];
  zones: string[];
  capabilities: Capabilities;
}

/**
 * DNS at one account of a provider. Every method throws a DriverError, and InvalidRecord for names and records that DNS does
 * not take. Names may be given in any form and come canonical.
 */
export interface Dns {
  capabilities(): Capabilities;
  listZones(options?: ReadOptions): Promise<Zone[]>;
  /** Everything in a zone; `unsupported` where the provider does not tell. */
  listRecords(zone: string, options?: ReadOptions): Promise<ZoneRecords>;
  /** One rrset. */
  find(zone: string, key: RrsetKey, options?: ReadOptions): Promise<Found>;
  /**
   * Makes or replaces an rrset. It is read again right before; throws {@link DnsConflict} when it is not what the caller
   * saw, and does nothing when it is already as wanted.
   */
  upsert(zone: string, rrset: Rrset, options: WriteOptions): Promise<Written>;
  /** Removes an rrset in the same way. */
  remove(zone: string, key: RrsetKey, options: WriteOptions): Promise<Written>;
  /** Tests the connection and says which layer fails; with a zone, whether it is there and may be changed. */
  check(options?: ReadOptions & { zone?: string }): Promise<CheckReport>;
}

/** A change that a driver is to make. `before` was read a moment ago under the zone's lock. */
export interface Change {
  zone: string;
  key: RrsetKey;
  before: Rrset | null;
  after: Rrset | null;
}

/** What a driver does by itself; reading again, comparing, locks and checks are done around it ({@link openDriver}). */
export interface Driver {
  capabilities(): Capabilities;
  listZones(signal: AbortSignal | undefined): Promise<string[]>;
  /** All records of a zone; null where the provider does not tell. */
  read(zone: string, signal: AbortSignal | undefined): Promise<Pick<ZoneRecords, 'rrsets' | 'others'> | null>;
  /** One rrset where that is cheaper than reading all, or the only way. */
  find?(zone: string, key: RrsetKey, signal: AbortSignal | undefined): Promise<Rrset | null>;
  /** Makes the change. Throws DnsConflict where the provider itself compares, MustWait where it must not be asked yet. */
  write(change: Change, options: DriverWriteOptions): Promise<void>;
  /** Throws a LayerFault `right` when the account may not change the zone, as far as that can be known without a change. */
  provesRight?(zone: string, signal: AbortSignal | undefined): Promise<void>;
  /** Layers that the way to this provider does not have. */
  unusedLayers(): readonly CheckLayer[];
}

/** How a driver writes. */
export interface DriverWriteOptions {
  signal: AbortSignal | undefined;
  tell: (message: string, until: Date | null) => void;
}
