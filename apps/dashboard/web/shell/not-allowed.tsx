import { EmptyState, Panel } from '@nebula/ui';
import { Lock } from 'lucide-react';
import { texts } from './texts.ts';

/** What stands where a page is not for this person. */
export function NotAllowed() {
  return (
    <Panel>
      <EmptyState icon={Lock} title={texts.notAllowed.title}>
        <p>{texts.notAllowed.text}</p>
      </EmptyState>
    </Panel>
  );
}
