import { Button, Checkbox, Panel, PanelHeader, buttonClasses } from '@nebula/ui';
import { useMutation } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Play } from 'lucide-react';
import { useState } from 'react';
import { api, notify, PageLink, troubleOf } from '../../../web/feature.ts';
import type { Imported, ImportRow } from '../contract-transfer.ts';
import { errorCopy } from './copy.ts';
import { provisionEach } from './provision-each.ts';
import { transferCopy as words } from './transfer-copy.ts';

type Made = ImportRow & { id: string };
/** Rows that are listed; the rest stand in the list of all domains. */
const mostListed = 500;

/** What was imported, and provisioning for those that should be served. */
export function DonePanel({ done, onAgain }: { done: Imported; onAgain: () => void }) {
  const rows = done.rows.flatMap((row): Made[] =>
    row.does === 'nothing' || row.id === null ? [] : [{ ...row, id: row.id }],
  );
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [begun, setBegun] = useState<ReadonlySet<string>>(new Set());
  /** Why single domains are not being provisioned, by id. */
  const [refused, setRefused] = useState<ReadonlyMap<string, string>>(new Map());
  const provision = useMutation({
    mutationFn: async () => {
      setRefused(new Map());
      await provisionEach(
        rows.filter((row) => chosen.has(row.id)),
        ({ id }) => api.domains.provision({ params: { id }, body: {} }),
        {
          begun: ({ id }) => {
            setBegun((before) => new Set(before).add(id));
            setChosen((before) => new Set([...before].filter((one) => one !== id)));
          },
          refused: ({ id }, error) =>
            setRefused((before) => new Map(before).set(id, troubleOf(error, errorCopy).sentence)),
        },
      );
    },
    onError: (error) => {
      const { sentence, nextStep } = troubleOf(error, errorCopy);
      notify({ kind: 'error', title: words.done.stopped, description: `${sentence} ${nextStep}` });
    },
  });
  const open = rows.filter(({ id }) => !begun.has(id));
  const listed = rows.slice(0, mostListed);
  return (
    <Panel aria-labelledby="import-done" className="min-w-0">
      <PanelHeader
        id="import-done"
        title={words.done.title}
        description={words.done.counts(String(done.created), String(done.changed))}
      />
      <p className="px-4 pb-3 text-soft md:px-6">{rows.length === 0 ? words.done.none : words.done.text}</p>
      {rows.length > 0 && (
        <>
          <div className="flex flex-wrap items-center gap-3 px-4 pb-3 md:px-6">
            <Checkbox
              label={words.done.all}
              checked={open.length > 0 && open.every(({ id }) => chosen.has(id))}
              disabled={open.length === 0}
              onChange={(event) => setChosen(new Set(event.target.checked ? open.map(({ id }) => id) : []))}
            />
            <Button
              tone="primary"
              icon={Play}
              disabled={chosen.size === 0}
              isBusy={provision.isPending}
              onClick={() => provision.mutate()}
            >
              {words.done.provision(String(chosen.size))}
            </Button>
            {begun.size > 0 && (
              <p role="status" className="text-sm text-soft">
                {words.done.begun(String(begun.size))}
              </p>
            )}
            {refused.size > 0 && (
              <p role="alert" className="text-sm text-warning">
                {words.done.refused(String(refused.size))}
              </p>
            )}
          </div>
          <ul aria-label={words.done.rows}>
            {listed.map(({ id, name, does }) => (
              <li
                key={id}
                className="flex flex-wrap items-center gap-x-3 border-t border-hairline px-4 py-1 md:px-6"
              >
                <input
                  type="checkbox"
                  aria-label={words.done.choose(name)}
                  className="size-6 shrink-0 accent-accent md:size-4"
                  checked={chosen.has(id)}
                  disabled={begun.has(id)}
                  onChange={(event) => {
                    const next = new Set(chosen);
                    if (event.target.checked) next.add(id);
                    else next.delete(id);
                    setChosen(next);
                  }}
                />
                <PageLink
                  to={`/domains/${id}`}
                  translate="no"
                  className="min-h-11 min-w-0 flex-1 truncate leading-11 underline-offset-4 hover:text-link hover:underline md:min-h-9 md:leading-9"
                >
                  <bdi>{name}</bdi>
                </PageLink>
                <span className="text-sm text-soft">
                  {begun.has(id) ? words.done.isBegun : words.done.states[does]}
                </span>
                {refused.has(id) && <p className="basis-full pb-2 text-sm text-warning">{refused.get(id)}</p>}
              </li>
            ))}
          </ul>
        </>
      )}
      <footer className="flex flex-wrap gap-3 border-t border-hairline px-4 py-3 md:px-6">
        <Link to="/domains" className={buttonClasses()}>
          {words.done.list}
        </Link>
        <Button onClick={onAgain}>{words.done.again}</Button>
      </footer>
    </Panel>
  );
}
