import { Button, ErrorStrip, Panel, PanelHeader } from '@nebula/ui';
import { useQuery } from '@tanstack/react-query';
import { LocateFixed } from 'lucide-react';
import { troubleOf } from '../../../web/feature.ts';
import type { PublicAddress as Found } from '../contract.ts';
import { copy, errorCopy } from './copy.ts';
import { publicAddressQuery } from './queries.ts';

const words = copy.address;

/** The address under which the internet sees this home; asked for only when somebody wants to know. */
export function PublicAddress() {
  const found = useQuery(publicAddressQuery);
  return (
    <Panel aria-labelledby="public-address">
      <PanelHeader
        id="public-address"
        title={words.title}
        description={words.text}
        actions={
          <Button icon={LocateFixed} isBusy={found.isFetching} onClick={() => void found.refetch()}>
            {words.ask}
          </Button>
        }
      />
      <div role="status" className="px-4 md:px-6">
        {found.error !== null && <ErrorStrip trouble={troubleOf(found.error, errorCopy)} />}
        {found.data !== undefined && (
          <ul className="flex flex-col gap-3 pb-4">
            {found.data.addresses.map((one) => (
              <Family key={one.family} found={one} />
            ))}
          </ul>
        )}
      </div>
    </Panel>
  );
}

function Family({ found }: { found: Found }) {
  const { family, address, state, kind, answers } = found;
  return (
    <li>
      <p className="flex flex-wrap items-baseline gap-x-3">
        <span translate="no" className="text-sm text-muted">
          IPv{family}
        </span>
        {address !== null && (
          <span translate="no" className="font-mono font-semibold break-all">
            {address}
          </span>
        )}
        <span className="text-soft">
          {state === 'not-public' && kind !== null ? words.kinds[kind] : words.states[state]}
        </span>
      </p>
      {state !== 'agreed' && (
        <ul translate="no" className="text-sm break-words text-muted">
          {answers.map(({ source, address: said, problem }) => (
            <li key={source}>
              {source} {said ?? problem}
            </li>
          ))}
        </ul>
      )}
    </li>
  );
}
