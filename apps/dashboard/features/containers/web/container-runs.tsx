import { Panel, PanelHeader, Time } from '@nebula/ui';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { DataView } from '../../../web/feature.ts';
import { copy } from './copy.ts';
import { lastRunsQuery } from './queries.ts';

/** The last runs that changed a container. */
export function ContainerRuns({ id }: { id: string }) {
  const runs = useQuery(lastRunsQuery(id));
  return (
    <Panel aria-labelledby="container-runs">
      <PanelHeader
        id="container-runs"
        title={copy.runs}
        actions={
          (runs.data?.items.length ?? 0) > 0 && (
            <Link
              to="/jobs"
              search={{ targetId: id }}
              className="min-h-6 text-sm text-link underline-offset-4 hover:underline"
            >
              {copy.allRuns}
            </Link>
          )
        }
      />
      <DataView query={runs} label={copy.loadingRuns}>
        {({ items }) =>
          items.length === 0 ? (
            <p className="px-4 pb-6 text-soft md:px-6">{copy.noRuns}</p>
          ) : (
            <ul className="pb-2">
              {items.map(({ id: runId, title, state, createdAt, actor }) => (
                <li
                  key={runId}
                  className="flex flex-wrap items-center gap-x-4 gap-y-1 border-t border-hairline px-4 py-3 md:px-6"
                >
                  <Link
                    to="/jobs/$id"
                    params={{ id: runId }}
                    translate="no"
                    className="min-w-0 truncate leading-6 font-medium underline-offset-4 hover:text-link hover:underline"
                  >
                    {title}
                  </Link>
                  <span className="text-sm text-soft">{copy.runStates[state]}</span>
                  <span className="ml-auto text-sm text-muted">
                    <span translate="no">{actor.name}</span>, <Time at={createdAt} />
                  </span>
                </li>
              ))}
            </ul>
          )
        }
      </DataView>
    </Panel>
  );
}
