import { BellOff, BellRing, Radio, SlidersHorizontal } from 'lucide-react';
import { api, notify, type WebFeature } from '../../../web/feature.ts';
import { matters, menu } from './menu-copy.ts';
import { readIncidentFilter } from './filter.ts';
import { changedTopic, channelsQuery, incidentQuery, incidentsQuery, rulesQuery } from './queries.ts';

const needs = 'alerts:read';

/** The web side of alerts: what is wrong, the rules that say so, and where it is told. */
export const alerts: WebFeature = {
  id: 'alerts',
  nav: { title: menu.title, icon: BellRing, path: '/alerts', shortcut: 'g b', needs, section: 'activity' },
  routes: [
    {
      path: '/alerts',
      title: menu.title,
      access: 'signed-in',
      needs,
      load: async () => (await import('./alerts-page.tsx')).AlertsPage,
      prefetch: (client, { search }) =>
        void client.prefetchInfiniteQuery(incidentsQuery(readIncidentFilter(search))),
    },
    {
      path: '/alerts/rules',
      title: menu.tabs.rules,
      access: 'signed-in',
      needs,
      load: async () => (await import('./rules-page.tsx')).RulesPage,
      prefetch: (client) => void client.prefetchInfiniteQuery(rulesQuery),
    },
    {
      path: '/alerts/channels',
      title: menu.tabs.channels,
      access: 'signed-in',
      needs,
      load: async () => (await import('./channels-page.tsx')).ChannelsPage,
      prefetch: (client) => void client.prefetchInfiniteQuery(channelsQuery),
    },
    {
      path: '/alerts/$id',
      title: menu.one,
      access: 'signed-in',
      needs,
      load: async () => (await import('./incident-page.tsx')).IncidentPage,
      prefetch: (client, { params: { id = '' } }) => void client.prefetchQuery(incidentQuery(id)),
    },
  ],
  commands: [
    {
      id: 'alerts.rules',
      title: menu.command.rules,
      icon: SlidersHorizontal,
      section: menu.title,
      when: ({ permissions }) => permissions.includes(needs),
      run: ({ goTo }) => goTo('/alerts/rules'),
    },
    {
      id: 'alerts.channels',
      title: menu.command.channels,
      icon: Radio,
      section: menu.title,
      when: ({ permissions }) => permissions.includes(needs),
      run: ({ goTo }) => goTo('/alerts/channels'),
    },
    {
      id: 'alerts.mute',
      title: menu.command.mute,
      icon: BellOff,
      section: menu.title,
      when: ({ permissions }) => permissions.includes('alerts:operate'),
      run: ({ goTo }) => {
        goTo('/alerts/rules');
        api.alerts.silence({ body: { minutes: 60, reason: menu.muteAll.reason } }).then(
          () => notify({ kind: 'success', title: menu.muteAll.done }),
          () => notify({ kind: 'error', title: menu.muteAll.failed }),
        );
      },
    },
  ],
  topics: [changedTopic],
  matters,
};
