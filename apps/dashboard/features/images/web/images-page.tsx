import { Segments } from '@nebula/ui';
import { useMay, useUrlFilter } from '../../../web/feature.ts';
import { ChecksPanel } from './checks-panel.tsx';
import { copy } from './copy.ts';
import { ImageDialog } from './image-dialog.tsx';
import { LocalPanel } from './local-panel.tsx';
import { LoginsPanel } from './logins-panel.tsx';
import { PullDialog } from './image-dialogs.tsx';
import { readPlace } from './place.ts';
import { UnusedDialog } from './unused-dialog.tsx';

const { tabs } = copy;

/** Images on the machine, whether there are newer ones, and for admins the logins of registries. */
export function ImagesPage() {
  const [place, change] = useUrlFilter(readPlace);
  const mayKeep = useMay('images:registries');
  const tab = place.tab === 'logins' && !mayKeep ? 'here' : (place.tab ?? 'here');
  const options = [
    { value: 'here', title: tabs.here },
    { value: 'checks', title: tabs.checks },
    ...(mayKeep ? [{ value: 'logins', title: tabs.logins } as const] : []),
  ] as const;
  return (
    <>
      <Segments
        label={tabs.label}
        options={options}
        value={tab}
        onChange={(next) => change({ tab: next === 'here' ? undefined : next })}
        className="card self-start p-1"
      />
      {tab === 'here' && <LocalPanel place={place} onChange={change} />}
      {tab === 'checks' && <ChecksPanel />}
      {tab === 'logins' && <LoginsPanel />}
      {place.show !== undefined && (
        <ImageDialog id={place.show} onClose={() => change({ show: undefined })} />
      )}
      {place.ask === 'pull' && <PullDialog onClose={() => change({ ask: undefined })} />}
      {place.ask === 'unused' && <UnusedDialog onClose={() => change({ ask: undefined })} />}
    </>
  );
}
