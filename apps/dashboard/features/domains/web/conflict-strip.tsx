import { Button } from '@nebula/ui';
import type { Domain } from '../contract.ts';
import { copy } from './copy.ts';
import { TargetWords } from './target-words.tsx';

const words = copy.conflict;

/** Somebody else saved first: what was typed stays until the person chooses. */
export function ConflictStrip({
  theirs,
  isBusy,
  onMine,
  onTheirs,
}: {
  theirs: Domain;
  isBusy: boolean;
  onMine: () => void;
  onTheirs: () => void;
}) {
  return (
    <section role="alert" className="flex flex-col gap-3 rounded-md border border-warning bg-raised p-4">
      <div>
        <p className="font-semibold text-ink">{words.title}</p>
        <p className="text-soft">{words.text}</p>
        <p className="mt-1 text-sm text-soft">
          {words.theirs} <TargetWords target={theirs.target} />
        </p>
      </div>
      <div className="flex flex-wrap gap-2">
        <Button onClick={onTheirs}>{words.take}</Button>
        <Button tone="danger" isBusy={isBusy} onClick={onMine}>
          {words.mine}
        </Button>
      </div>
    </section>
  );
}
