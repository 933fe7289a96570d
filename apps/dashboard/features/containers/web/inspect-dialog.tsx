import { CopyButton, Dialog } from '@nebula/ui';
import { useQuery } from '@tanstack/react-query';
import { DataView } from '../../../web/feature.ts';
import type { Target } from './asked.ts';
import { copy } from './copy.ts';
import { inspectQuery } from './queries.ts';

/** The engine's own description of a container, for those who know what to look for. */
export function InspectDialog({ container, onClose }: { container: Target; onClose: () => void }) {
  const description = useQuery(inspectQuery(container.id));
  const text = description.data === undefined ? '' : JSON.stringify(description.data, null, 2);
  return (
    <Dialog
      isOpen
      isWide
      onClose={onClose}
      title={copy.inspect.title(container.name)}
      description={copy.inspect.text}
    >
      <DataView query={description} label={copy.inspect.loading}>
        {() => (
          <div className="relative">
            <pre
              tabIndex={0}
              className="max-h-[60dvh] overflow-auto rounded-md border border-hairline bg-canvas p-3 font-mono text-sm"
            >
              {text}
            </pre>
            <span className="absolute top-1 right-1 rounded-md bg-canvas">
              <CopyButton text={text} label={copy.inspect.copy} />
            </span>
          </div>
        )}
      </DataView>
    </Dialog>
  );
}
