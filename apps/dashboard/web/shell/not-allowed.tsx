import { EmptyState, Panel } from '@nebula/ui';
import { Lock } from 'lucide-react';

/** What stands where a page is not for this person. */
export function NotAllowed() {
  return (
    <Panel>
      <EmptyState icon={Lock} title="This page is not open to your role">
        <p>Somebody with the admin role can look here for you, or raise your role.</p>
      </EmptyState>
    </Panel>
  );
}
