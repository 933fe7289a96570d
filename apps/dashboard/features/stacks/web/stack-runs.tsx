import { Panel, PanelHeader, Time } from '@nebula/ui';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { DataView } from '../../../web/feature.ts';
import { copy } from './copy.ts';
import { stackRunsQuery } from './queries.ts';

/** The last runs about a stack; each opens on this page, with what compose wrote. */
export function StackRuns({ name }: { name: string }) {
  const runs = useQuery(stackRunsQuery(name));
  return (
    <Panel aria-labelledby="stack-runs">
      <PanelHeader
        id="stack-runs"
        title={copy.runs.title}
        actions={
          <Link
            to="/jobs"
            search={{ targetId: name }}
            className="min-h-6 text-sm text-link underline-offset-4 hover:underline"
          >
            {copy.runs.all}
          </Link>
        }
      />
      <DataView query={runs} label={copy.runs.loading}>
        {({ items }) =>
          items.length === 0 ? (
            <p className="px-4 pb-6 text-soft md:px-6">{copy.runs.none}</p>
          ) : (
            <ul className="pb-2">
              {items.map(({ id, title, state, createdAt, actor }) => (
                <li
                  key={id}
                  className="flex flex-wrap items-center gap-x-4 gap-y-1 border-t border-hairline px-4 py-3 md:px-6"
                >
                  <Link
                    to="/stacks/$name"
                    params={{ name }}
                    search={{ run: id }}
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
