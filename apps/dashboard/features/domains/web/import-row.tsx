import { Button, Select } from '@nebula/ui';
import { CircleCheck, CircleMinus, CircleX, Equal, GitCompareArrows, PencilLine } from 'lucide-react';
import type { ImportRow } from '../contract-transfer.ts';
import { emptyTarget, type TargetDraft } from './draft.ts';
import { doesOf, type RowChoice, type RowChoices, wordsOf } from './import-draft.ts';
import type { Look } from './looks.ts';
import { Pill } from './states.tsx';
import { TargetFields } from './target-fields.tsx';
import { transferCopy as words } from './transfer-copy.ts';

const looks: Record<ImportRow['verdict'], Look> = {
  new: { tone: 'up', icon: CircleCheck, word: words.verdicts.filter.new },
  same: { tone: 'neutral', icon: Equal, word: words.verdicts.filter.same },
  conflict: { tone: 'degraded', icon: GitCompareArrows, word: words.verdicts.filter.conflict },
  invalid: { tone: 'down', icon: CircleX, word: words.verdicts.filter.invalid },
  'needs-target': { tone: 'busy', icon: PencilLine, word: words.verdicts.filter['needs-target'] },
  left: { tone: 'paused', icon: CircleMinus, word: words.verdicts.filter.left },
};

/** Props of one row: what was found, what was chosen, and how to choose. */
export interface RowProps {
  row: ImportRow;
  choices: RowChoices;
  choose: (name: string, does: RowChoice) => void;
  aim: (name: string, target: TargetDraft | null) => void;
  /** The sentence about a field (`target.port`) of what was chosen for a name, when it was refused. */
  problem: (name: string, path: string) => string | undefined;
}

/** What was found of one row, and what can be chosen for it. */
export function VerdictRow({ row, choices, choose, aim, problem }: RowProps) {
  const { name, verdict, why, notes, leadsTo, differences } = row;
  const target = choices.targets.get(name);
  const offered = offers(verdict);
  return (
    <li data-row className="flex flex-col gap-2 border-t border-hairline px-4 py-3 md:px-6">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1 lg:grid lg:grid-cols-[5rem_minmax(0,1fr)_9rem_8rem_11rem]">
        <span className="figures w-20 shrink-0 text-sm text-muted">
          {row.line === null ? words.verdicts.row(String(row.row)) : words.verdicts.line(String(row.line))}
        </span>
        <span
          className="min-w-0 flex-1 basis-48 truncate font-semibold"
          translate={name === '' ? undefined : 'no'}
        >
          {name === '' ? words.verdicts.unnamed : <bdi>{name}</bdi>}
        </span>
        <span>
          <Pill look={looks[verdict]} />
        </span>
        <span className="w-32 text-sm text-soft">{words.does[doesOf(row, choices)]}</span>
        {offered.length > 0 && (
          <Select
            aria-label={words.choose(name)}
            className="w-44 md:ml-23 lg:ml-0"
            value={choices.does.get(name) ?? ''}
            onChange={(event) => choose(name, offered.find((one) => one === event.target.value) ?? '')}
          >
            {offered.map((one) => (
              <option key={one} value={one}>
                {words.choices[one]}
              </option>
            ))}
          </Select>
        )}
      </div>
      {leadsTo !== '' && differences.length === 0 && (
        <p className="truncate text-sm text-soft md:pl-23" translate="no">
          {leadsTo}
        </p>
      )}
      {[why, ...notes].map(
        (sentence) =>
          sentence !== null && (
            <p key={sentence.code} className="text-sm break-words text-muted md:pl-23">
              {wordsOf(sentence)}
            </p>
          ),
      )}
      {differences.length > 0 && <Sides differences={differences} />}
      {verdict === 'needs-target' && <Aim {...{ name, target, aim, problem }} />}
    </li>
  );
}

function offers(verdict: ImportRow['verdict']): RowChoice[] {
  if (verdict === 'conflict') return ['', 'leave-out', 'overwrite', 'merge'];
  return verdict === 'new' ? ['', 'leave-out'] : [];
}

/** Both sides of each field that differs. */
function Sides({ differences }: Pick<ImportRow, 'differences'>) {
  return (
    <dl className="grid gap-x-4 gap-y-2 text-sm md:grid-cols-[10rem_minmax(0,1fr)_minmax(0,1fr)] md:pl-23">
      {differences.map(({ field, here, there }) => (
        <div key={field} className="contents">
          <dt className="font-mono text-soft" translate="no">
            {field}
          </dt>
          <Side title={words.verdicts.here} text={here} />
          <Side title={words.verdicts.there} text={there} />
        </div>
      ))}
    </dl>
  );
}

function Side({ title, text }: { title: string; text: string }) {
  return (
    <dd className="min-w-0">
      <span className="mr-2 text-muted">{title}</span>
      {text === '' ? (
        <span className="text-muted">{words.verdicts.empty}</span>
      ) : (
        <bdi translate="no" className="font-mono break-words whitespace-pre-wrap text-ink">
          {text}
        </bdi>
      )}
    </dd>
  );
}

function Aim({
  name,
  target,
  aim,
  problem,
}: { name: string; target: TargetDraft | undefined } & Pick<RowProps, 'aim' | 'problem'>) {
  if (target === undefined) {
    return (
      <Button
        icon={PencilLine}
        aria-label={words.fillOf(name)}
        className="self-start md:ml-23"
        onClick={() => aim(name, emptyTarget())}
      >
        {words.fill}
      </Button>
    );
  }
  return (
    <fieldset className="flex min-w-0 flex-col gap-3 md:pl-23" aria-label={words.fillOf(name)}>
      <TargetFields
        draft={target}
        change={(changes) => aim(name, { ...target, ...changes })}
        problem={(path) => problem(name, path)}
      />
      <Button className="self-start" onClick={() => aim(name, null)}>
        {words.clear}
      </Button>
    </fieldset>
  );
}
