import { Panel, PanelHeader, StatusPill, Time } from '@nebula/ui';
import { useQuery } from '@tanstack/react-query';
import { CircleCheck, Hourglass } from 'lucide-react';
import { DataView } from '../../../web/feature.ts';
import type { Authority } from '../contract.ts';
import { copy } from './copy.ts';
import { authoritiesQuery } from './queries.ts';

const words = copy.authorities;

/** Authorities in the order in which they are asked, and which are left alone for a while. */
export function AuthoritiesPanel() {
  const authorities = useQuery(authoritiesQuery);
  return (
    <Panel aria-labelledby="certificate-authorities">
      <PanelHeader id="certificate-authorities" title={words.title} description={words.text} />
      <DataView query={authorities} label={words.loading}>
        {({ items, isAlone }) => (
          <>
            <ol>
              {items.map((one) => (
                <AuthorityLine key={one.directory} one={one} />
              ))}
            </ol>
            {isAlone && <Alone />}
          </>
        )}
      </DataView>
    </Panel>
  );
}

/** What is missing while there is only one. */
function Alone() {
  return (
    <div role="note" className="border-t border-hairline px-4 py-3 text-sm md:px-6">
      <p className="font-medium">{words.alone.title}</p>
      <p className="mt-1 text-soft">{words.alone.text}</p>
    </div>
  );
}

function AuthorityLine({ one: { directory, hasAccount, failures, problem, retryAt } }: { one: Authority }) {
  return (
    <li className="flex flex-col gap-1 border-t border-hairline px-4 py-3 md:px-6">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <bdi translate="no" className="min-w-0 break-all">
          {directory}
        </bdi>
        {retryAt === null ? (
          <StatusPill tone="up" icon={CircleCheck}>
            {words.well}
          </StatusPill>
        ) : (
          <StatusPill tone="degraded" icon={Hourglass}>
            {words.waits} <Time at={retryAt} />
          </StatusPill>
        )}
      </div>
      <p className="text-sm text-muted">{hasAccount ? words.account : words.noAccount}</p>
      {problem !== null && (
        <p className="text-sm break-words text-soft">
          {words.failed(failures)} <span translate="no">{problem}</span>
        </p>
      )}
    </li>
  );
}
