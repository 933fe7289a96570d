// Generated from the contracts; do not edit.
import type { EndpointTable } from '@nebula/contract/client';

/** Kind, method and path of every endpoint of the dashboard. */
export const apiTable: EndpointTable = {
  about: {
    health: ['call', 'GET', '/health'],
    openapi: ['call', 'GET', '/openapi.json'],
  },
  account: {
    session: ['call', 'GET', '/account/session'],
    setUp: ['call', 'POST', '/account/set-up'],
    signIn: ['call', 'POST', '/account/sign-in'],
    signOut: ['call', 'POST', '/account/sign-out'],
    listKeys: ['call', 'GET', '/account/api-keys'],
    createKey: ['call', 'POST', '/account/api-keys'],
    revokeKey: ['call', 'DELETE', '/account/api-keys/:id'],
  },
  audit: {
    list: ['call', 'GET', '/audit'],
    verify: ['call', 'GET', '/audit/verification'],
  },
  containers: {
    list: ['call', 'GET', '/containers'],
    get: ['call', 'GET', '/containers/:id'],
    engine: ['call', 'GET', '/engine'],
    restart: ['call', 'POST', '/containers/:id/restart'],
  },
  hosts: {
    list: ['call', 'GET', '/hosts'],
    get: ['call', 'GET', '/hosts/:id'],
  },
  jobs: {
    list: ['call', 'GET', '/jobs/runs'],
    get: ['call', 'GET', '/jobs/runs/:id'],
    cancel: ['call', 'POST', '/jobs/runs/:id/cancel'],
    resolve: ['call', 'POST', '/jobs/runs/:id/resolve'],
    queues: ['call', 'GET', '/jobs/queues'],
    listQueued: ['call', 'GET', '/jobs/queued'],
    retryQueued: ['call', 'POST', '/jobs/queued/:id/retry'],
    discardQueued: ['call', 'DELETE', '/jobs/queued/:id'],
    schedules: ['call', 'GET', '/jobs/schedules'],
    runSchedule: ['call', 'POST', '/jobs/schedules/:name/run'],
  },
  live: {
    events: ['stream', 'GET', '/events'],
  },
  overview: {
    get: ['call', 'GET', '/overview'],
    layout: ['call', 'GET', '/overview/layout'],
    changeLayout: ['call', 'PUT', '/overview/layout'],
  },
  system: {
    get: ['call', 'GET', '/system'],
    history: ['call', 'GET', '/system/history'],
    processes: ['call', 'GET', '/system/processes'],
    units: ['call', 'GET', '/system/units'],
    unit: ['call', 'GET', '/system/units/:unit'],
    journal: ['call', 'GET', '/system/units/:unit/journal'],
    startUnit: ['call', 'POST', '/system/units/:unit/start'],
    stopUnit: ['call', 'POST', '/system/units/:unit/stop'],
    restartUnit: ['call', 'POST', '/system/units/:unit/restart'],
  },
  settings: {
    list: ['call', 'GET', '/settings'],
    change: ['call', 'PUT', '/settings/:variable'],
    reset: ['call', 'DELETE', '/settings/:variable'],
  },
  notices: {
    list: ['call', 'GET', '/notices'],
    unread: ['call', 'GET', '/notices/unread'],
    markRead: ['call', 'POST', '/notices/:id/read'],
    markAllRead: ['call', 'POST', '/notices/read'],
  },
  tour: {
    get: ['call', 'GET', '/tour'],
    end: ['call', 'POST', '/tour/end'],
  },
};
