import { type Context, mattersOf, type OverviewPart } from '@nebula/runtime';
import { alerts } from './contract.ts';
import { alertMatters } from './contract-matters.ts';
import { shownIncident } from './shown.ts';
import { incidentsBefore, openCounts } from './store.ts';

const matter = mattersOf('alerts', alertMatters);
const shownInTile = 5;

/** What alerts give to the overview: the newest that are open, and how many nobody looks after. */
export const alertsOverview: OverviewPart = {
  needs: alerts.endpoints.incidents.access,
  async tile({ sql }: Context) {
    const rows = await incidentsBefore(sql, { state: 'open' }, null, shownInTile);
    const counts = await openCounts(sql);
    return {
      open: counts.reduce((all, { number }) => all + number, 0),
      newest: rows.map(shownIncident).map(({ id, summary, severity, openedAt, acknowledgedAt }) => ({
        ...{ id, summary, severity, openedAt },
        isAcknowledged: acknowledgedAt !== null,
      })),
    };
  },
  async attention({ sql }: Context) {
    const waiting = (await openCounts(sql)).filter(({ isAcknowledged }) => !isAcknowledged);
    const number = waiting.reduce((all, one) => all + one.number, 0);
    if (number === 0) return [];
    const severity = waiting.some((one) => one.severity === 'critical') ? 'critical' : 'warning';
    return [matter('open', { number }, { id: 'alerts.open', severity, path: '/alerts' })];
  },
};
