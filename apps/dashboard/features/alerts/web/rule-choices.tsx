import { Checkbox } from '@nebula/ui';
import { useQuery } from '@tanstack/react-query';
import { usePages } from '../../../web/feature.ts';
import { kindOf } from '../contract-kinds.ts';
import { valueWords } from './look.ts';
import { channelsQuery, subjectsQuery } from './queries.ts';
import { ruleCopy } from './rule-copy.ts';
import type { RuleDraft } from './rule-draft.ts';

const words = ruleCopy.fields;

interface ChoiceProps {
  draft: RuleDraft;
  onChange: (part: Partial<RuleDraft>) => void;
}

/** What a rule is about: everything of its kind, or some of what there is now. */
export function SubjectChoice({ draft, onChange }: ChoiceProps) {
  const { about } = kindOf(draft.kind);
  const subjects = useQuery({ ...subjectsQuery(draft.kind), enabled: draft.only !== null });
  if (about === 'host' || about === 'engine') return null;
  const chosen = draft.only ?? [];
  const there = subjects.data?.items ?? [];
  const gone = chosen.filter((subject) => !there.some((one) => one.subject === subject));
  const rows = [...there, ...gone.map((subject) => ({ subject, name: subject, value: Number.NaN }))];
  return (
    <Choice
      legend={words.only}
      every={words.all}
      some={words.chosen}
      isSome={draft.only !== null}
      onChange={(isSome) => onChange({ only: isSome ? [] : null })}
    >
      {subjects.isPending && <p className="text-sm text-muted">{words.loadingSubjects}</p>}
      {subjects.isSuccess && rows.length === 0 && <p className="text-sm text-muted">{words.noSubjects}</p>}
      {rows.map(({ subject, name, value }) => (
        <Checkbox
          key={subject}
          isLabelData
          label={[name, Number.isNaN(value) ? '' : valueWords(draft.kind, value)]
            .filter((part) => part !== '')
            .join(' · ')}
          checked={chosen.includes(subject)}
          onChange={(event) => onChange({ only: toggled(chosen, subject, event.target.checked) })}
        />
      ))}
    </Choice>
  );
}

/** Where a rule is told: on every channel, or on some. */
export function ChannelChoice({ draft, onChange }: ChoiceProps) {
  const channels = usePages(channelsQuery);
  const rows = channels.rows ?? [];
  if (rows.length === 0) return null;
  const chosen = draft.channelIds ?? [];
  return (
    <Choice
      legend={words.channels}
      every={words.everyChannel}
      some={words.chosenChannels}
      isSome={draft.channelIds !== null}
      onChange={(isSome) => onChange({ channelIds: isSome ? [] : null })}
    >
      {rows.map(({ id, name }) => (
        <Checkbox
          key={id}
          isLabelData
          label={name}
          checked={chosen.includes(id)}
          onChange={(event) => onChange({ channelIds: toggled(chosen, id, event.target.checked) })}
        />
      ))}
    </Choice>
  );
}

interface ChoiceFrameProps {
  legend: string;
  every: string;
  some: string;
  isSome: boolean;
  onChange: (isSome: boolean) => void;
  children: React.ReactNode;
}

function Choice({ legend, every, some, isSome, onChange, children }: ChoiceFrameProps) {
  return (
    <fieldset className="flex flex-col gap-1">
      <legend className="text-sm font-medium text-soft">{legend}</legend>
      <Checkbox label={every} checked={!isSome} onChange={(event) => onChange(!event.target.checked)} />
      <Checkbox label={some} checked={isSome} onChange={(event) => onChange(event.target.checked)} />
      {isSome && <div className="max-h-48 overflow-y-auto pl-6">{children}</div>}
    </fieldset>
  );
}

function toggled(list: readonly string[], one: string, isIn: boolean): string[] {
  return isIn ? [...list, one] : list.filter((other) => other !== one);
}
