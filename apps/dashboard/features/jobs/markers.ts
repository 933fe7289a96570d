import type { Journal, RunSummary } from '@nebula/journal';
import type { Marker, MarkerSource } from '@nebula/runtime';

/** Runs as markers: who changed what, beside the figures that moved. */
export function jobsMarkers(journal: Journal): MarkerSource {
  return {
    needs: 'jobs:read',
    async between(context, { from, to, limit }) {
      const rows = await journal.list(context.sql, { from, to }, null, limit);
      return rows.map(markerOf);
    },
  };
}

const severities: Partial<Record<RunSummary['state'], Marker['severity']>> = {
  succeeded: 'good',
  failed: 'warning',
  unknown: 'critical',
};

function markerOf({ id, title, state, target, actor, createdAt, finishedAt }: RunSummary): Marker {
  return {
    id,
    at: createdAt,
    until: finishedAt,
    app: target.type === 'stack' ? target.id : null,
    ...(target.type === 'container' ? { containerId: target.id } : {}),
    kind: 'run',
    severity: severities[state] ?? 'info',
    sentence: `${title}: ${target.name}, by ${actor.name} (${state}).`,
    path: `/jobs/${id}`,
  };
}
