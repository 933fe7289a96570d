import { Button, ConfirmDialog } from '@nebula/ui';
import { RotateCcw, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { useMay } from '../../../web/feature.ts';
import type { QueuedJob } from '../contract.ts';
import { useDiscard, useRetry } from './changes.ts';
import { copy } from './copy.ts';

/** What can be done with a job that failed. */
export function QueuedActions({ job }: { job: QueuedJob }) {
  const mayOperate = useMay('jobs:operate');
  const [isAsking, setAsking] = useState(false);
  const retry = useRetry(job.id);
  const discard = useDiscard(job.id);
  if (!mayOperate || (job.state !== 'dead' && job.state !== 'retrying')) return null;
  return (
    <span className="inline-flex flex-wrap gap-2">
      <Button icon={RotateCcw} isBusy={retry.isPending} onClick={() => retry.mutate()}>
        {copy.queue.retry.action}
      </Button>
      {job.state === 'dead' && (
        <Button tone="ghost" icon={Trash2} onClick={() => setAsking(true)}>
          {copy.queue.discard.action}
        </Button>
      )}
      <ConfirmDialog
        isOpen={isAsking}
        onClose={() => setAsking(false)}
        title={copy.queue.discard.title(job.name)}
        confirmLabel={copy.queue.discard.confirm}
        tone="danger"
        isBusy={discard.isPending}
        onConfirm={() => discard.mutate(undefined, { onSettled: () => setAsking(false) })}
      >
        {copy.queue.discard.text}
      </ConfirmDialog>
    </span>
  );
}
