import { DriverError, type DriverErrorKind } from '@nebula/errors';
import type { CheckLayer } from './port.ts';
import type { Rrset, RrsetKey } from './record.ts';
import { type Version, versionOf } from './version.ts';

/** Somebody else changed an rrset since the caller saw it: both sides, to be offered to a person. Nothing was written. */
export class DnsConflict extends DriverError {
  readonly zone: string;
  readonly key: RrsetKey;
  /** What the caller wanted to have there; null for none. */
  readonly wanted: Rrset | null;
  /** What is there; null for none. */
  readonly found: Rrset | null;
  /** Version of what is there: who writes with it has seen it. */
  readonly version: Version;

  constructor(zone: string, key: RrsetKey, sides: { wanted: Rrset | null; found: Rrset | null }) {
    super(
      'rejected',
      `The ${key.type} records of ${key.name} were changed by somebody else in the meantime; nothing was written.`,
    );
    this.zone = zone;
    this.key = key;
    this.wanted = sides.wanted;
    this.found = sides.found;
    this.version = versionOf(sides.found);
  }
}

/** The provider takes no further change yet; it may be tried again from `until` on. Nothing was written. */
export class MustWait extends DriverError {
  readonly until: Date;
  /** What has to wait, such as `www.example.com`. */
  readonly what: string;

  constructor(what: string, until: Date, now: Date) {
    const seconds = Math.max(1, Math.ceil((until.getTime() - now.getTime()) / 1000));
    super('rate-limited', `The provider takes the next change of ${what} in ${spanText(seconds)}.`, {
      retryAfterSeconds: seconds,
    });
    this.until = until;
    this.what = what;
  }
}

/** A failure whose layer the driver knows. */
export class LayerFault extends DriverError {
  readonly layer: CheckLayer;

  constructor(layer: CheckLayer, kind: DriverErrorKind, message: string, details: { cause?: unknown } = {}) {
    super(kind, message, details);
    this.layer = layer;
  }
}

/** A span in words: `9 min 20 s`. */
export function spanText(seconds: number): string {
  if (seconds < 60) return `${seconds} s`;
  const [hours, minutes, rest] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  if (hours > 0) return minutes === 0 ? `${hours} h` : `${hours} h ${minutes} min`;
  return rest === 0 ? `${minutes} min` : `${minutes} min ${rest} s`;
}
