import { LoadingRows, Panel } from '@nebula/ui';

/** What stands where a page will be. */
export function PagePending() {
  return (
    <Panel>
      <LoadingRows label="Loading the page" />
    </Panel>
  );
}
