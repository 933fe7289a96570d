import { Badge, FactList, Panel, PanelHeader } from '@nebula/ui';
import { useMay, useSession } from '../../../web/feature.ts';
import { ApiKeysPanel } from './api-keys-panel.tsx';
import { copy } from './copy.ts';

/** Who you are, what you may do, and your API keys. */
export function AccountPage() {
  const { user, permissions } = useSession();
  const mayManage = useMay('account:manage-keys');
  if (user === null) return null;
  return (
    <>
      <Panel aria-labelledby="account-you">
        <PanelHeader id="account-you" title={copy.you.title} />
        <FactList
          facts={[
            { term: copy.you.name, value: user.name },
            { term: copy.email, value: user.email },
            { term: copy.you.role, value: copy.roles[user.role] },
          ]}
        />
        <div className="px-4 pb-6 md:px-6">
          <p className="mb-2 text-sm text-muted">{copy.you.permissions}</p>
          <ul className="flex flex-wrap gap-2">
            {permissions.map((permission) => (
              <li key={permission}>
                <Badge>{permission}</Badge>
              </li>
            ))}
          </ul>
        </div>
      </Panel>
      {mayManage && <ApiKeysPanel />}
    </>
  );
}
