import { Panel, PanelHeader, Segments } from '@nebula/ui';
import { useState } from 'react';
import { LoadMore, useRowKeys } from '../../../web/feature.ts';
import type { Imported, ImportRow } from '../contract-transfer.ts';
import { wordsOf } from './import-draft.ts';
import { type RowProps, VerdictRow } from './import-row.tsx';
import { transferCopy as words } from './transfer-copy.ts';

const verdicts = ['new', 'conflict', 'needs-target', 'invalid', 'left', 'same'] as const;
type Verdict = ImportRow['verdict'];
/** Rows shown at first, and added each time. */
const rowsAtOnce = 100;

/** What was found, row by row; those of one verdict where that is wanted. */
export function VerdictPanel({ found, ...rest }: { found: Imported } & Omit<RowProps, 'row'>) {
  const [only, setOnly] = useState<Verdict | 'all'>('all');
  const [most, setMost] = useState(rowsAtOnce);
  const place = useRowKeys<HTMLElement>();
  const rows = found.rows.filter(({ verdict }) => only === 'all' || verdict === only);
  const options = [
    { value: 'all' as const, title: words.verdicts.all(String(found.rows.length)) },
    ...verdicts
      .filter((verdict) => found.counts[verdict] > 0)
      .map((verdict) => ({
        value: verdict,
        title: `${words.verdicts.filter[verdict]} ${found.counts[verdict]}`,
      })),
  ];
  return (
    <Panel ref={place} aria-labelledby="import-verdicts" className="min-w-0">
      <PanelHeader
        id="import-verdicts"
        title={words.verdicts.title}
        description={words.reading(words.formats[found.format])}
      />
      <div className="flex flex-col gap-2 px-4 pb-3 md:px-6">
        <Segments
          label={words.verdicts.label}
          options={options}
          value={only}
          onChange={(verdict) => {
            setOnly(verdict);
            setMost(rowsAtOnce);
          }}
        />
        {found.notes.map((note) => (
          <p key={note.code} className="text-sm text-soft">
            {wordsOf(note)}
          </p>
        ))}
      </div>
      {rows.length === 0 ? (
        <p className="border-t border-hairline px-4 py-6 text-soft md:px-6">
          {found.rows.length === 0 ? words.verdicts.nothing : words.verdicts.none}
        </p>
      ) : (
        <ul aria-label={words.verdicts.title}>
          {rows.slice(0, most).map((row) => (
            <VerdictRow key={row.row} row={row} {...rest} />
          ))}
        </ul>
      )}
      {rows.length > 0 && (
        <LoadMore
          shown={Math.min(most, rows.length)}
          hasMore={rows.length > most}
          isLoading={false}
          onMore={() => setMost(most + rowsAtOnce)}
        />
      )}
    </Panel>
  );
}
