import { Button } from '@nebula/ui';
import type { SettingView } from '../contract.ts';
import { copy } from './copy.ts';

interface SettingConflictProps {
  setting: SettingView;
  yours: string;
  onTake: () => void;
  onKeep: () => void;
}

const words = copy.conflict;

/** What is there now beside what was typed, when somebody else has changed the setting since. */
export function SettingConflict({ setting, yours, onTake, onKeep }: SettingConflictProps) {
  const isSecret = setting.kind === 'secret';
  const rows = [
    [words.theirs, isSecret && setting.isSet ? null : (setting.value ?? '')],
    [words.yours, isSecret ? null : yours],
  ] as const;
  return (
    <div role="alert" className="mt-3 rounded-md border border-warning bg-raised p-4">
      <p className="font-semibold break-words">{words.title(setting.variable)}</p>
      <dl className="mt-2 grid grid-cols-[auto_1fr] gap-x-4 gap-y-1 text-sm">
        {rows.map(([term, value]) => (
          <div key={term} className="contents">
            <dt className="text-muted">{term}</dt>
            <dd translate={value === null || value === '' ? undefined : 'no'} className="min-w-0 break-words">
              {value === null ? words.secret : value === '' ? copy.nothing : value}
            </dd>
          </div>
        ))}
      </dl>
      <div className="mt-3 flex flex-wrap gap-2">
        <Button onClick={onTake}>{words.takeTheirs}</Button>
        <Button tone="primary" onClick={onKeep}>
          {words.keepMine}
        </Button>
      </div>
    </div>
  );
}
