import { Badge, Button, FactList, Panel, PanelHeader } from '@nebula/ui';
import { useQuery } from '@tanstack/react-query';
import { Pencil } from 'lucide-react';
import { useState } from 'react';
import { DataView, useMay, useSession } from '../../../web/feature.ts';
import { ApiKeysPanel } from './api-keys-panel.tsx';
import { copy, errorCopy } from './copy.ts';
import { PasskeysPanel } from './passkeys-panel.tsx';
import { PasswordSection } from './password-section.tsx';
import { ProfileDialog } from './profile-dialog.tsx';
import { ProviderSection } from './provider-section.tsx';
import { securityQuery } from './queries.ts';
import { SessionsPanel } from './sessions-panel.tsx';
import { TwoStepSection } from './two-step-section.tsx';

/** Who you are, how your account is protected, where it is signed in, and your API keys. */
export function AccountPage() {
  const { user } = useSession();
  const mayManageKeys = useMay('account:manage-keys');
  if (user === null) return null;
  return (
    <>
      <YouPanel />
      <SecurityPanels />
      <SessionsPanel />
      {mayManageKeys && <ApiKeysPanel />}
    </>
  );
}

function YouPanel() {
  const { user, permissions } = useSession();
  const [isEditing, setEditing] = useState(false);
  if (user === null) return null;
  return (
    <Panel aria-labelledby="account-you">
      <PanelHeader
        id="account-you"
        title={copy.you.title}
        actions={
          <Button icon={Pencil} onClick={() => setEditing(true)}>
            {copy.profile.edit}
          </Button>
        }
      />
      <FactList
        facts={[
          { term: copy.you.name, value: <span translate="no">{user.name}</span> },
          { term: copy.email, value: <span translate="no">{user.email}</span> },
          { term: copy.you.role, value: copy.roles[user.role] },
        ]}
      />
      <details className="px-4 pb-6 md:px-6">
        <summary className="cursor-pointer py-3 text-sm text-muted md:py-1">{copy.you.permissions}</summary>
        <ul className="mt-2 flex flex-wrap gap-2" translate="no">
          {permissions.map((permission) => (
            <li key={permission}>
              <Badge isData>{permission}</Badge>
            </li>
          ))}
        </ul>
      </details>
      {isEditing && <ProfileDialog user={user} onClose={() => setEditing(false)} />}
    </Panel>
  );
}

function SecurityPanels() {
  const security = useQuery(securityQuery);
  return (
    <>
      <Panel aria-labelledby="account-security">
        <PanelHeader id="account-security" title={copy.security.title} />
        <DataView query={security} label={copy.security.loading} copy={errorCopy}>
          {(data) => (
            <ul>
              <PasswordSection hasPassword={data.hasPassword} />
              <TwoStepSection security={data} />
              {data.provider !== null && <ProviderSection provider={data.provider} />}
            </ul>
          )}
        </DataView>
      </Panel>
      {security.data !== undefined && <PasskeysPanel security={security.data} />}
    </>
  );
}
