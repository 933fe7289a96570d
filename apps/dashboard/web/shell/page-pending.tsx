import { LoadingRows, Panel } from '@nebula/ui';
import { texts } from './texts.ts';

/** What stands where a page will be. */
export function PagePending() {
  return (
    <Panel>
      <LoadingRows label={texts.loadingPage} />
    </Panel>
  );
}
