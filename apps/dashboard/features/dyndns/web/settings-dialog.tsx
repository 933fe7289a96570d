import { Button, CopyButton, Dialog, Segments } from '@nebula/ui';
import { useState } from 'react';
import type { RouterToken } from '../contract.ts';
import { copy } from './copy.ts';
import { type RouterKind, routerKinds, type RouterSetting, routerSettings } from './router-settings.ts';

const words = copy.settings;

/** What to enter at a router whose token was made before. */
export function SettingsDialog({ token, onClose }: { token: RouterToken; onClose: () => void }) {
  return (
    <Dialog
      isOpen
      isWide
      onClose={onClose}
      title={words.title(token.label)}
      description={words.text}
      actions={<Button onClick={onClose}>{copy.close}</Button>}
    >
      <RouterSettings names={token.names.map(({ name }) => name)} secret={`${token.hint}…`} />
    </Dialog>
  );
}

/** Settings for each kind of router, ready to be copied. */
export function RouterSettings({ names, secret }: { names: string[]; secret: string }) {
  const [kind, setKind] = useState<RouterKind>('fritzbox');
  const { origin, protocol } = window.location;
  return (
    <div className="flex flex-col gap-4">
      <Segments
        label={words.kind}
        options={routerKinds.map((value) => ({ value, title: words.kinds[value] }))}
        value={kind}
        onChange={setKind}
      />
      <p className="text-soft">{words.where[kind]}</p>
      <dl className="flex flex-col gap-3">
        {routerSettings(kind, { origin, names, secret }).map((setting) => (
          <SettingLine key={setting.field} {...setting} />
        ))}
      </dl>
      {protocol !== 'https:' && <p className="text-sm text-warning">{words.plainHint}</p>}
    </div>
  );
}

function SettingLine({ field, value }: RouterSetting) {
  const name = words.fields[field];
  return (
    <div>
      <dt className="text-sm text-muted">{name}</dt>
      <dd className="mt-1 flex items-start gap-2 rounded-md border border-edge bg-canvas py-1 pr-1 pl-3">
        <code translate="no" className="min-w-0 flex-1 py-1 font-mono text-sm break-all whitespace-pre-wrap">
          {value}
        </code>
        <CopyButton text={value} label={words.copyOf(name)} />
      </dd>
    </div>
  );
}
