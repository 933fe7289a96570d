import { ApiError } from '@nebula/contract/client';
import { Button, Dialog, DiffView, ErrorStrip, Segments } from '@nebula/ui';
import { useQueryClient } from '@tanstack/react-query';
import { Rocket, Save } from 'lucide-react';
import { useState } from 'react';
import { troubleOf } from '../../../web/feature.ts';
import type { FileChange, Inspection, OpenedFile, StackDetail } from '../contract.ts';
import { useBringUp, useSave } from './changes.ts';
import { copy, errorCopy } from './copy.ts';
import { keys } from './live.ts';

const layouts = [
  { value: 'unified', title: copy.review.unified },
  { value: 'split', title: copy.review.split },
] as const;

/** What changes, before it is saved or applied. */
export function ReviewDialog({
  stack,
  opened,
  text,
  inspection,
  agreed,
  onClose,
  onDone,
}: {
  stack: StackDetail;
  opened: OpenedFile;
  text: string;
  inspection: Inspection | undefined;
  agreed: string | undefined;
  onClose: () => void;
  onDone: () => void;
}) {
  const client = useQueryClient();
  const [layout, setLayout] = useState<'unified' | 'split'>('unified');
  const save = useSave(stack.name);
  const bringUp = useBringUp(stack.name);
  const file: FileChange = { name: opened.name, text, before: opened.sha256 === '' ? null : opened.sha256 };
  const error = save.error ?? bringUp.error;
  const isBlocked =
    inspection === undefined ||
    inspection.problems.length > 0 ||
    (inspection.gate.length > 0 && agreed === undefined);
  /** Somebody else was quicker: the page behind shows both versions. */
  const onError = (failure: unknown) => {
    if (!(failure instanceof ApiError) || failure.code !== 'FILE_CHANGED') return;
    void client.invalidateQueries({ queryKey: keys.one(stack.name) });
    onClose();
  };
  return (
    <Dialog
      isOpen
      isWide
      onClose={onClose}
      title={copy.review.title}
      actions={
        <>
          <Button onClick={onClose}>{copy.review.keep}</Button>
          <Button
            icon={Save}
            isBusy={save.isPending}
            onClick={() => save.mutate([file], { onSuccess: onDone, onError })}
          >
            {copy.review.save}
          </Button>
          <Button
            tone="primary"
            icon={Rocket}
            disabled={isBlocked}
            isBusy={bringUp.isPending}
            onClick={() => bringUp.mutate({ files: [file], agreed }, { onSuccess: onDone, onError })}
          >
            {copy.review.apply}
          </Button>
        </>
      }
    >
      <div className="flex min-w-0 flex-col gap-3">
        {error !== null && <ErrorStrip trouble={troubleOf(error, errorCopy)} />}
        {inspection !== undefined && inspection.problems.length > 0 && (
          <p className="text-danger">
            {copy.review.problems}
            <span translate="no" className="block break-words">
              {inspection.problems[0]?.message}
            </span>
          </p>
        )}
        <Segments label={copy.review.layout} options={layouts} value={layout} onChange={setLayout} />
        <DiffView label={copy.review.diff(opened.name)} before={opened.text} after={text} layout={layout} />
      </div>
    </Dialog>
  );
}
