import { queryOptions } from '@tanstack/react-query';
import { api, eventTopic, pagesQuery } from '../../../web/feature.ts';
import type { Channel, Incident, Rule, RuleKind, Silence } from '../contract.ts';
import type { IncidentFilter } from './filter.ts';

/** Keys of this feature in the query cache. */
export const keys = {
  all: ['alerts'] as const,
  incidents: ['alerts', 'incidents'] as const,
  rules: ['alerts', 'rules'] as const,
  channels: ['alerts', 'channels'] as const,
  devices: ['alerts', 'devices'] as const,
};

/** Alerts, newest first, page by page; those that are open unless others are asked for. */
export function incidentsQuery({ state, severity, search, subject }: IncidentFilter) {
  const query = {
    state: state === 'all' ? undefined : (state ?? 'open'),
    severity,
    search,
    subject,
  } as const;
  return pagesQuery<Incident>([...keys.incidents, 'list', query], (cursor, signal) =>
    api.alerts.incidents({ query: { ...query, cursor, limit: 50 }, signal }),
  );
}

/** One alert with its past. */
export function incidentQuery(id: string) {
  return queryOptions({
    queryKey: [...keys.incidents, 'one', id],
    queryFn: ({ signal }) => api.alerts.incident({ params: { id }, signal }),
  });
}

export const rulesQuery = pagesQuery<Rule>([...keys.rules, 'list'], (cursor, signal) =>
  api.alerts.rules({ query: { cursor, limit: 100 }, signal }),
);

export const quietQuery = queryOptions({
  queryKey: [...keys.rules, 'quiet'],
  queryFn: ({ signal }) => api.alerts.quiet({ signal }),
});

export const silencesQuery = pagesQuery<Silence>([...keys.rules, 'silences'], (cursor, signal) =>
  api.alerts.silences({ query: { cursor, limit: 50 }, signal }),
);

/** What a rule of a kind can be about now. */
export function subjectsQuery(kind: RuleKind) {
  return queryOptions({
    queryKey: ['alerts', 'subjects', kind],
    queryFn: ({ signal }) => api.alerts.subjects({ query: { kind }, signal }),
  });
}

export const channelsQuery = pagesQuery<Channel>([...keys.channels, 'list'], (cursor, signal) =>
  api.alerts.channels({ query: { cursor, limit: 100 }, signal }),
);

export const devicesQuery = queryOptions({
  queryKey: keys.devices,
  queryFn: ({ signal }) => api.alerts.devices({ signal }),
});

/** What changed; what is loaded of it is loaded again. */
export const changedTopic = eventTopic<{ what: 'incidents' | 'rules' | 'channels' }>(
  'alerts.changed',
  (events, client) => {
    for (const what of new Set(events.map((event) => event.what))) {
      void client.invalidateQueries({ queryKey: keys[what] });
      // A rule shows how many alerts of it are open, a channel how its last message went.
      if (what === 'incidents') {
        void client.invalidateQueries({ queryKey: keys.rules });
        void client.invalidateQueries({ queryKey: keys.channels });
      }
    }
  },
);
