import type { ChangeMarker } from '../contract.ts';
import { sentenceOf } from './copy.ts';

/** What matters on the charts of the whole machine, where every start of every app would be too much. */
export function isOfTheMachine({ app, kind, severity }: ChangeMarker): boolean {
  if (app === null) return true;
  return severity === 'critical' || kind === 'updated' || kind === 'deploy' || kind === 'incident';
}

/** A marker as charts draw it. */
export function markOf(marker: ChangeMarker) {
  const { id, at, until, severity, values } = marker;
  // Of what was recorded the end is only the last of several.
  const end = until === null || values !== null ? null : Date.parse(until);
  return { id, at: Date.parse(at), until: end, tone: severity, title: sentenceOf(marker).text };
}

/** Where a marker leads: to its own page, or to the lines of its app before it; null where there is neither. */
export function placeOf({ path, app, at, until }: ChangeMarker): string | null {
  if (path !== null) return path;
  if (app === null) return null;
  const words = encodeURIComponent(app.replaceAll('%', '%25').replaceAll(',', '%2C'));
  return `/logs?apps=${words}&at=${encodeURIComponent(linesUntil({ at, until }))}`;
}

/** The instant before which the lines explain a marker; what a program wrote as it ended may come a moment after. */
export function linesUntil({ at, until }: Pick<ChangeMarker, 'at' | 'until'>): string {
  return new Date(Date.parse(until ?? at) + 1).toISOString();
}
