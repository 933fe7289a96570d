import {
  Button,
  FactList,
  formatDuration,
  Panel,
  PanelHeader,
  StatusPill,
  Time,
  toneInk,
  useNow,
} from '@nebula/ui';
import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { Eye } from 'lucide-react';
import { BackLink, DataView, PageLink, useMay, usePageTitle } from '../../../web/feature.ts';
import type { Delivery, Incident, IncidentEntry } from '../contract.ts';
import { useAcknowledge } from './changes.ts';
import { copy } from './copy.ts';
import { HushMenus } from './hush-menus.tsx';
import { linksOf } from './links.ts';
import { deliveryLook, entryLook, severityLook, stateLook, valueWords } from './look.ts';
import { incidentQuery } from './queries.ts';

type Whole = Incident & { entries: IncidentEntry[]; deliveries: Delivery[] };

/** One alert: what happened, who was told, and where to look. */
export function IncidentPage() {
  const { id = '' }: { id?: string } = useParams({ strict: false });
  const incident = useQuery(incidentQuery(id));
  return (
    <>
      <BackLink to="/alerts">{copy.back}</BackLink>
      {incident.data === undefined ? (
        <Panel>
          <DataView query={incident} label={copy.loadingOne}>
            {() => null}
          </DataView>
        </Panel>
      ) : (
        <Loaded incident={incident.data} />
      )}
    </>
  );
}

function Loaded({ incident }: { incident: Whole }) {
  usePageTitle(incident.summary);
  const now = useNow();
  const mayOperate = useMay('alerts:operate');
  const acknowledge = useAcknowledge();
  const severity = severityLook(incident.severity);
  const state = stateLook(incident, now);
  const isOpen = incident.closedAt === null;
  return (
    <>
      <Panel aria-labelledby="incident">
        <PanelHeader
          id="incident"
          title={incident.summary}
          isTitleData
          actions={
            mayOperate &&
            isOpen && (
              <>
                {incident.acknowledgedAt === null && (
                  <Button
                    icon={Eye}
                    tone="primary"
                    isBusy={acknowledge.isPending}
                    onClick={() => acknowledge.mutate([incident.id])}
                  >
                    {copy.acknowledge}
                  </Button>
                )}
                <HushMenus incident={incident} now={now} />
              </>
            )
          }
        />
        <p role="status" className="flex flex-wrap items-center gap-4 px-4 pb-4 md:px-6">
          <StatusPill tone={isOpen ? severity.tone : 'neutral'} icon={severity.icon}>
            {severity.word}
          </StatusPill>
          <StatusPill tone={state.tone} icon={state.icon}>
            {state.word}
          </StatusPill>
        </p>
        <nav aria-label={copy.links.title} className="flex flex-wrap gap-x-5 gap-y-1 px-4 pb-4 md:px-6">
          {linksOf(incident).map(({ title, to }) => (
            <PageLink
              key={to}
              to={to}
              className="inline-flex min-h-11 items-center text-link underline-offset-4 hover:underline md:min-h-6"
            >
              {title}
            </PageLink>
          ))}
        </nav>
      </Panel>
      <Timeline entries={incident.entries} />
      <Told deliveries={incident.deliveries} />
      <Facts incident={incident} now={now} />
    </>
  );
}

function Timeline({ entries }: { entries: IncidentEntry[] }) {
  return (
    <Panel aria-labelledby="incident-past">
      <PanelHeader id="incident-past" title={copy.timeline.title} />
      <ol className="pb-2">
        {entries.map(({ id, at, kind, detail, actor }) => {
          const { tone, icon: Icon, word } = entryLook(kind);
          return (
            <li key={id} className="flex items-start gap-3 border-t border-hairline px-4 py-3 md:px-6">
              <Icon aria-hidden size={18} className={`mt-0.5 shrink-0 ${toneInk(tone)}`} />
              <span className="min-w-0 flex-1">
                <span className="font-medium">{word}</span>
                {(detail !== '' || actor !== null) && (
                  <span className="block text-sm break-words text-soft" translate="no">
                    {[actor, detail].filter((part) => part !== null && part !== '').join(' · ')}
                  </span>
                )}
              </span>
              <span className="shrink-0 text-sm text-muted">
                <Time at={at} />
              </span>
            </li>
          );
        })}
      </ol>
    </Panel>
  );
}

function Told({ deliveries }: { deliveries: Delivery[] }) {
  return (
    <Panel aria-labelledby="incident-told">
      <PanelHeader id="incident-told" title={copy.told.title} />
      {deliveries.length === 0 ? (
        <p className="px-4 pb-6 text-soft md:px-6">{copy.told.none}</p>
      ) : (
        <ul className="pb-2">
          {deliveries.map(({ id, target, message, state, dueAt, detail, endedAt }) => {
            const { tone, icon, word } = deliveryLook(state);
            return (
              <li
                key={id}
                className="flex flex-wrap items-center gap-x-4 gap-y-1 border-t border-hairline px-4 py-3 md:px-6"
              >
                <span className="min-w-0 font-medium break-words" translate="no">
                  {target}
                </span>
                <span className="text-soft">{copy.told.messages[message]}</span>
                <StatusPill tone={tone} icon={icon}>
                  {word}
                </StatusPill>
                <span className="ml-auto text-sm text-muted">
                  {endedAt === null && `${copy.told.due} `}
                  <Time at={endedAt ?? dueAt} />
                </span>
                {detail !== '' && (
                  <span className="w-full text-sm break-words text-muted" translate="no">
                    {detail}
                  </span>
                )}
              </li>
            );
          })}
        </ul>
      )}
    </Panel>
  );
}

function Facts({ incident, now }: { incident: Incident; now: number }) {
  const { openedAt, closedAt, acknowledgedBy, snoozedUntil } = incident;
  const words = copy.facts;
  const value = valueWords(incident.kind, incident.value);
  const lasted = formatDuration((closedAt === null ? now : Date.parse(closedAt)) - Date.parse(openedAt));
  return (
    <Panel aria-labelledby="incident-facts">
      <PanelHeader id="incident-facts" title={words.title} />
      <FactList
        facts={[
          { term: words.rule, value: incident.ruleName, isData: true },
          ...(value === '' ? [] : [{ term: words.value, value, isData: true }]),
          { term: words.began, value: <Time at={openedAt} /> },
          { term: words.ended, value: closedAt === null ? words.goingOn : <Time at={closedAt} /> },
          { term: words.lasts, value: <span className="figures">{lasted}</span> },
          acknowledgedBy === null
            ? { term: words.by, value: words.nobody }
            : { term: words.by, value: acknowledgedBy, isData: true },
          ...(snoozedUntil === null || Date.parse(snoozedUntil) <= now
            ? []
            : [{ term: words.until, value: <Time at={snoozedUntil} /> }]),
        ]}
      />
    </Panel>
  );
}
