import { StatusPill } from '@nebula/ui';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { DataView } from '../../../web/feature.ts';
import { copy } from './copy.ts';
import { runQuery } from './queries.ts';
import { runLook } from './run-look.ts';
import { RunSteps } from './run-steps.tsx';
import { useSecond } from './second.ts';

/** The state of a run and its steps as they go, inside another page. */
export function RunProgress({ id }: { id: string }) {
  const run = useQuery(runQuery(id));
  const now = useSecond(run.data?.finishedAt === null);
  return (
    <DataView query={run} label={copy.loadingOne}>
      {(data) => {
        const { tone, icon, word } = runLook(data.state);
        return (
          <>
            <p className="flex flex-wrap items-center gap-3 px-4 pb-4 md:px-6">
              <Link
                to="/jobs/$id"
                params={{ id }}
                translate="no"
                className="min-h-6 font-medium text-link underline-offset-4 hover:underline"
              >
                {data.title}
              </Link>
              <span role="status">
                <StatusPill tone={tone} icon={icon}>
                  {word}
                </StatusPill>
              </span>
              {data.isUndone !== null && (
                <span className="text-sm text-soft">{data.isUndone ? copy.undone : copy.notUndone}</span>
              )}
            </p>
            {data.error !== null && (
              <p
                translate="no"
                className="mx-4 mb-4 rounded-md border border-danger bg-raised px-4 py-3 break-words md:mx-6"
              >
                {data.error.message}
              </p>
            )}
            <div className="px-4 md:px-6">
              <RunSteps run={data} now={now} />
            </div>
          </>
        );
      }}
    </DataView>
  );
}
