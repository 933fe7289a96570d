import type { Sql } from '@nebula/db';
import type { Marker, MarkerSource } from '@nebula/runtime';
import type { Incident } from './contract.ts';

/** Alerts as markers: from when to when something was wrong, beside the figures of that time. */
export function alertMarkers(
  within: (sql: Sql, span: { from: Date; to: Date }) => Promise<Incident[]>,
): MarkerSource {
  return {
    needs: 'alerts:read',
    async between(context, { from, to, app, limit }) {
      const open = await within(context.sql, { from, to });
      const own = open
        .map(markerOf)
        .filter((marker) => app === null || marker.app === app || marker.app === null);
      // What was open before the span belongs to the span that it began in.
      return own
        .filter(({ at }) => at >= from)
        .reverse()
        .slice(0, limit);
    },
  };
}

function markerOf({ id, openedAt, closedAt, subject, severity, summary }: Incident): Marker {
  return {
    id,
    at: new Date(openedAt),
    until: closedAt === null ? null : new Date(closedAt),
    app: subject.startsWith('app/') ? subject.slice('app/'.length) : null,
    kind: 'incident',
    severity: severity === 'critical' ? 'critical' : 'warning',
    sentence: summary,
    path: `/alerts/${id}`,
  };
}
