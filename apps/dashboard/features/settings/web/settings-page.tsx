import { CopyButton, EmptyState, Panel, PanelHeader, SearchInput } from '@nebula/ui';
import { useQuery } from '@tanstack/react-query';
import { RotateCw, SearchX } from 'lucide-react';
import { DataView, type Search, useUrlFilter } from '../../../web/feature.ts';
import type { SettingView } from '../contract.ts';
import { copy } from './copy.ts';
import { groupTitle } from './docs-copy.ts';
import { groupsOf } from './groups.ts';
import { settingsQuery } from './queries.ts';
import { SettingRow } from './setting-row.tsx';

function readSearch({ search = '' }: Search): { search?: string | undefined } {
  return { search: search.slice(0, 100) || undefined };
}

/** Every setting by group, each with its own form. */
export function SettingsPage() {
  const [{ search = '' }, change] = useUrlFilter(readSearch);
  const settings = useQuery(settingsQuery);
  return (
    <>
      <Panel aria-label={copy.title}>
        <div className="flex flex-col gap-3 p-4 md:flex-row md:items-center md:justify-between md:px-6">
          <p className="max-w-prose text-sm text-soft">{copy.intro}</p>
          <SearchInput
            aria-label={copy.search}
            placeholder={copy.search}
            value={search}
            maxLength={100}
            onChange={(event) => change({ search: event.target.value || undefined })}
            className="w-full md:w-64"
          />
        </div>
        {settings.data === undefined && (
          <DataView query={settings} label={copy.loading}>
            {() => null}
          </DataView>
        )}
        {settings.data !== undefined && <RestartNote settings={settings.data.items} />}
      </Panel>
      {settings.data !== undefined && <Groups settings={settings.data.items} search={search} />}
    </>
  );
}

function Groups({ settings, search }: { settings: SettingView[]; search: string }) {
  const groups = groupsOf(settings, search);
  if (groups.length === 0) {
    return (
      <Panel>
        <EmptyState icon={SearchX} title={copy.noMatch.title}>
          <p>{copy.noMatch.text}</p>
        </EmptyState>
      </Panel>
    );
  }
  return groups.map(({ title, settings: found }) => (
    <Panel key={title} aria-labelledby={`settings-${title}`}>
      <GroupHead group={title} />
      <ul>
        {found.map((setting) => (
          <SettingRow key={setting.variable} setting={setting} />
        ))}
      </ul>
    </Panel>
  ));
}

function GroupHead({ group }: { group: string }) {
  const { text, isData } = groupTitle(group);
  return <PanelHeader id={`settings-${group}`} title={text} isTitleData={isData} />;
}

function RestartNote({ settings }: { settings: SettingView[] }) {
  const count = settings.filter((setting) => setting.needsRestart).length;
  if (count === 0) return null;
  return (
    <div
      role="status"
      className="mx-4 mb-4 flex gap-3 rounded-md border border-warning bg-raised p-4 md:mx-6"
    >
      <RotateCw aria-hidden size={18} className="mt-0.5 shrink-0 text-warning" />
      <div className="min-w-0">
        <p className="font-semibold">{copy.restart.title(count)}</p>
        <p className="mt-1 text-sm text-soft">{copy.restart.text}</p>
        <p className="mt-1 flex flex-wrap items-center gap-1">
          <code className="break-all font-mono text-sm">{copy.restart.command}</code>
          <CopyButton text={copy.restart.command} label={copy.restart.copy} />
        </p>
      </div>
    </div>
  );
}
