import { formatDuration, StatusPill, Time, useNow } from '@nebula/ui';
import { PageLink } from '../../../web/feature.ts';
import type { Incident } from '../contract.ts';
import { copy } from './copy.ts';
import { severityLook, stateLook } from './look.ts';

/** Alerts, one line each; on a phone each takes a few. */
export function IncidentList({ incidents }: { incidents: Incident[] }) {
  return (
    <ul aria-label={copy.title}>
      {incidents.map((incident) => (
        <IncidentLine key={incident.id} incident={incident} />
      ))}
    </ul>
  );
}

function IncidentLine({ incident }: { incident: Incident }) {
  const now = useNow();
  const severity = severityLook(incident.severity);
  const state = stateLook(incident, now);
  const { openedAt, closedAt } = incident;
  return (
    <li
      data-row
      className="flex flex-wrap items-center gap-x-4 gap-y-2 border-t border-hairline px-4 py-3 md:grid md:grid-cols-[7rem_minmax(0,1fr)_13rem_9rem] md:px-6"
    >
      <span>
        <StatusPill tone={closedAt === null ? severity.tone : 'neutral'} icon={severity.icon}>
          {severity.word}
        </StatusPill>
      </span>
      <span className="min-w-0 max-md:order-first max-md:w-full" translate="no">
        <PageLink
          to={`/alerts/${incident.id}`}
          className="inline-flex min-h-6 max-w-full items-center font-medium break-words underline-offset-4 hover:text-link hover:underline"
        >
          <bdi>{incident.summary}</bdi>
        </PageLink>
        <span className="block truncate text-sm text-muted">{incident.ruleName}</span>
      </span>
      <span>
        <StatusPill tone={state.tone} icon={state.icon}>
          {state.word}
        </StatusPill>
      </span>
      <span className="text-sm text-muted max-md:ml-auto md:text-right">
        <Time at={openedAt} />
        {closedAt !== null && (
          <span className="block">
            {copy.lasted(formatDuration(Date.parse(closedAt) - Date.parse(openedAt)))}
          </span>
        )}
      </span>
    </li>
  );
}
