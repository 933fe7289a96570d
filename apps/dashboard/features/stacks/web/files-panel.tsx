import { Button, Panel, PanelHeader, Select } from '@nebula/ui';
import { useQuery } from '@tanstack/react-query';
import { FilePlus, Pencil } from 'lucide-react';
import { Suspense, useState } from 'react';
import { DataView, useMay, useUrlFilter } from '../../../web/feature.ts';
import type { OpenedFile, StackDetail, StackFile } from '../contract.ts';
import { useOpenFile } from './changes.ts';
import { copy, errorCopy } from './copy.ts';
import { FileEdit } from './file-edit.tsx';
import { readPlace } from './filter.ts';
import { CodeEditor } from './lazy-editor.ts';
import { fileQuery } from './queries.ts';

/** The files of a stack: read without secrets, edited with them. */
export function FilesPanel({ stack }: { stack: StackDetail }) {
  const [place, change] = useUrlFilter(readPlace);
  const [opened, setOpened] = useState<OpenedFile | null>(null);
  const mayOperate = useMay('stacks:operate');
  const file = stack.files.find(({ name }) => name === place.file) ?? stack.files[0];
  if (file === undefined) return null;
  const hasEnv = stack.files.some(({ name }) => name === '.env');
  return (
    <Panel aria-labelledby="stack-files">
      <PanelHeader
        id="stack-files"
        title={copy.files.title}
        description={copy.files.text}
        actions={
          opened === null && (
            <>
              <Select
                aria-label={copy.files.choose}
                value={file.name}
                onChange={(event) => change({ file: event.target.value })}
                className="w-52"
              >
                {stack.files.map(({ name }) => (
                  <option key={name} translate="no" value={name}>
                    {name}
                  </option>
                ))}
              </Select>
              {mayOperate && !hasEnv && (
                <Button icon={FilePlus} onClick={() => setOpened(emptyEnv)}>
                  {copy.files.addEnv}
                </Button>
              )}
              {mayOperate && <EditButton name={stack.name} file={file} onOpened={setOpened} />}
            </>
          )
        }
      />
      <div className="px-4 pb-6 md:px-6">
        {opened === null ? (
          <ReadFile stack={stack} file={file} />
        ) : (
          <FileEdit
            key={opened.name}
            stack={stack}
            opened={opened}
            onOpened={setOpened}
            onClose={() => setOpened(null)}
          />
        )}
      </div>
    </Panel>
  );
}

/** A file that is not there yet. */
const emptyEnv: OpenedFile = { name: '.env', text: '', sha256: '', isMasked: false };

function EditButton({
  name,
  file,
  onOpened,
}: {
  name: string;
  file: StackFile;
  onOpened: (file: OpenedFile) => void;
}) {
  const open = useOpenFile(name);
  return (
    <Button
      icon={Pencil}
      isBusy={open.isPending}
      onClick={() => open.mutate(file.name, { onSuccess: onOpened })}
    >
      {copy.files.edit}
    </Button>
  );
}

function ReadFile({ stack, file }: { stack: StackDetail; file: StackFile }) {
  const query = useQuery(fileQuery(stack.name, file.name, file.sha256));
  return (
    <DataView query={query} label={copy.files.loading} copy={errorCopy}>
      {({ text, isMasked, name }) => (
        <div className="flex flex-col gap-2">
          {isMasked && <p className="text-sm text-muted">{copy.files.masked}</p>}
          <Suspense fallback={<p className="text-soft">{copy.files.loadingEditor}</p>}>
            <CodeEditor
              key={name}
              text={text}
              label={copy.files.editor(name)}
              isYaml={/\.ya?ml$/.test(name)}
              isReadOnly
              onChange={() => undefined}
            />
          </Suspense>
        </div>
      )}
    </DataView>
  );
}
