import { catalogue } from '../../../web/feature.ts';
import { settingDocs, settingGroups } from '../contract-docs.ts';
import type { SettingView } from '../contract.ts';

const docs: Readonly<Record<string, string>> = catalogue('settings.docs', settingDocs);
const groups: Readonly<Record<string, string>> = catalogue('settings.groups', settingGroups);

/** What a setting is; the server's own words for one that this page does not know, which are data here. */
export function docOf({ variable, doc }: Pick<SettingView, 'variable' | 'doc'>) {
  const known = docs[variable];
  return { text: known ?? doc, isData: known === undefined };
}

/** The heading of a group of settings; the server's own word for one that this page does not know. */
export function groupTitle(group: string) {
  const known = groups[group];
  return { text: known ?? group, isData: known === undefined };
}
