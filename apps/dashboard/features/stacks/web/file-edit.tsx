import { Button, DiffView } from '@nebula/ui';
import { GitCompare, X } from 'lucide-react';
import { Suspense, useMemo, useState } from 'react';
import type { OpenedFile, StackDetail } from '../contract.ts';
import { CheckPanel, useCheck } from './check-panel.tsx';
import { useOpenFile } from './changes.ts';
import { copy } from './copy.ts';
import { CodeEditor } from './lazy-editor.ts';
import { ReviewDialog } from './review-dialog.tsx';

/** A file while it is edited: checked as the typing pauses, compared before it is applied, and never at the cost of another's change. */
export function FileEdit({
  stack,
  opened,
  onOpened,
  onClose,
}: {
  stack: StackDetail;
  opened: OpenedFile;
  onOpened: (file: OpenedFile) => void;
  onClose: () => void;
}) {
  const { name } = opened;
  const [text, setText] = useState(opened.text);
  const [isReviewing, setReviewing] = useState(false);
  const [isAgreed, setAgreed] = useState(false);
  const check = useCheck(stack.name, [{ name, text }], true);
  const problems = useMemo(
    () => (check.data?.problems ?? []).filter(({ file }) => file === name),
    [check.data, name],
  );
  const onDisk = stack.files.find((file) => file.name === name)?.sha256 ?? '';
  const isChangedOutside = onDisk !== opened.sha256;
  const isChanged = text !== opened.text;
  return (
    <div className="flex min-w-0 flex-col gap-4">
      {isChangedOutside && (
        <Conflict stack={stack} opened={opened} mine={text} onOpened={onOpened} onText={setText} />
      )}
      <Suspense fallback={<p className="text-soft">{copy.files.loadingEditor}</p>}>
        <CodeEditor
          text={text}
          label={copy.files.editor(name)}
          isYaml={/\.ya?ml$/.test(name)}
          problems={problems}
          onChange={setText}
        />
      </Suspense>
      <p className="text-sm text-muted">{copy.files.keys}</p>
      <CheckPanel check={check} isAgreed={isAgreed} onAgree={setAgreed} />
      <div className="flex flex-wrap items-center gap-2">
        <Button
          tone="primary"
          icon={GitCompare}
          disabled={!isChanged || isChangedOutside}
          onClick={() => setReviewing(true)}
        >
          {copy.files.review}
        </Button>
        <Button icon={X} onClick={onClose}>
          {copy.files.discard}
        </Button>
        {!isChanged && <p className="text-sm text-muted">{copy.files.unchanged}</p>}
      </div>
      {isReviewing && (
        <ReviewDialog
          stack={stack}
          opened={opened}
          text={text}
          inspection={check.isSettled ? check.data : undefined}
          agreed={isAgreed ? (check.data?.gateDigest ?? undefined) : undefined}
          onClose={() => setReviewing(false)}
          onDone={onClose}
        />
      )}
    </div>
  );
}

/** The file changed outside in the meantime: both texts, and the choice between them. */
function Conflict({
  stack,
  opened,
  mine,
  onOpened,
  onText,
}: {
  stack: StackDetail;
  opened: OpenedFile;
  mine: string;
  onOpened: (file: OpenedFile) => void;
  onText: (text: string) => void;
}) {
  const open = useOpenFile(stack.name);
  const theirs = open.data;
  return (
    <section
      aria-label={copy.conflict.title}
      className="flex flex-col gap-3 rounded-md border border-warning bg-raised p-4"
    >
      <h3 className="font-semibold">{copy.conflict.title}</h3>
      <p className="text-soft">{copy.conflict.text}</p>
      {theirs === undefined ? (
        <Button
          className="self-start"
          isBusy={open.isPending}
          icon={GitCompare}
          onClick={() => open.mutate(opened.name)}
        >
          {copy.versions.look}
        </Button>
      ) : (
        <>
          <DiffView label={copy.review.diff(opened.name)} before={theirs.text} after={mine} layout="split" />
          <div className="flex flex-wrap gap-2">
            <Button onClick={() => onOpened({ ...theirs, name: opened.name })}>{copy.conflict.mine}</Button>
            <Button
              onClick={() => {
                onText(theirs.text);
                onOpened({ ...theirs, name: opened.name });
              }}
            >
              {copy.conflict.theirs}
            </Button>
          </div>
        </>
      )}
    </section>
  );
}
