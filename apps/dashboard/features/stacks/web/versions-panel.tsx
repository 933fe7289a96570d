import { Button, Dialog, DiffView, formatInstant, Panel, PanelHeader, Time } from '@nebula/ui';
import { useQuery } from '@tanstack/react-query';
import { GitCompare, History } from 'lucide-react';
import { useState } from 'react';
import { DataView, useMay } from '../../../web/feature.ts';
import type { OpenedFile, StackDetail, StackVersion } from '../contract.ts';
import { useRestore } from './changes.ts';
import { copy, errorCopy } from './copy.ts';
import { fileQuery, versionQuery, versionsQuery } from './queries.ts';

/** How the files were before each change; one can be compared and restored. */
export function VersionsPanel({ stack }: { stack: StackDetail }) {
  const query = useQuery(versionsQuery(stack.name));
  const [shown, setShown] = useState<StackVersion | null>(null);
  return (
    <Panel aria-labelledby="stack-versions">
      <PanelHeader id="stack-versions" title={copy.versions.title} description={copy.versions.text} />
      <DataView query={query} label={copy.versions.loading} copy={errorCopy}>
        {({ items }) =>
          items.length === 0 ? (
            <p className="px-4 pb-6 text-soft md:px-6">{copy.versions.none}</p>
          ) : (
            <ul className="max-h-80 overflow-auto pb-2">
              {items.map((version) => (
                <li
                  key={version.id}
                  className="flex flex-wrap items-center gap-x-4 gap-y-1 border-t border-hairline px-4 py-2 md:px-6"
                >
                  <Time at={version.at} />
                  <span className="text-sm text-soft">{copy.versions.why[version.why]}</span>
                  <span translate="no" className="text-sm text-muted">
                    {version.files.map(({ name }) => name).join(', ')} · {version.by}
                  </span>
                  <Button
                    tone="ghost"
                    icon={GitCompare}
                    className="ml-auto"
                    aria-label={copy.versions.lookAt(formatInstant(Date.parse(version.at)))}
                    onClick={() => setShown(version)}
                  >
                    {copy.versions.look}
                  </Button>
                </li>
              ))}
            </ul>
          )
        }
      </DataView>
      {shown !== null && <VersionDialog stack={stack} version={shown} onClose={() => setShown(null)} />}
    </Panel>
  );
}

function VersionDialog({
  stack,
  version,
  onClose,
}: {
  stack: StackDetail;
  version: StackVersion;
  onClose: () => void;
}) {
  const mayOperate = useMay('stacks:operate');
  const query = useQuery(versionQuery(stack.name, version.id));
  const restore = useRestore(stack.name);
  return (
    <Dialog
      isOpen
      isWide
      onClose={onClose}
      title={copy.versions.compare}
      actions={
        <>
          <Button onClick={onClose}>{copy.versions.close}</Button>
          {mayOperate && (
            <Button
              icon={History}
              tone="primary"
              isBusy={restore.isPending}
              onClick={() => restore.mutate(version.id, { onSuccess: onClose })}
            >
              {copy.versions.restore}
            </Button>
          )}
        </>
      }
    >
      <DataView query={query} label={copy.versions.loading} copy={errorCopy}>
        {({ files }) => files.map((file) => <Compared key={file.name} stack={stack} file={file} />)}
      </DataView>
    </Dialog>
  );
}

/** Both without their secrets, which people who only look do not see. */
function Compared({ stack, file }: { stack: StackDetail; file: OpenedFile }) {
  const sha256 = stack.files.find(({ name }) => name === file.name)?.sha256 ?? '';
  const now = useQuery({ ...fileQuery(stack.name, file.name, sha256), enabled: sha256 !== '' });
  return (
    <section className="flex min-w-0 flex-col gap-2 pb-4">
      <h3 translate="no" className="font-semibold">
        {file.name}
      </h3>
      <DiffView
        label={copy.review.diff(file.name)}
        before={file.text}
        after={now.data?.text ?? ''}
        layout="unified"
      />
    </section>
  );
}
