import type { SettingView } from '../contract.ts';
import { docOf, groupTitle } from './docs-copy.ts';

/** Settings under one heading. */
export interface SettingGroup {
  title: string;
  settings: SettingView[];
}

/** Settings that hold every word of `search`, by group, those with something to change first; groups without one are left out. */
export function groupsOf(settings: SettingView[], search: string): SettingGroup[] {
  const words = search
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  const groups = new Map<string, SettingView[]>();
  for (const setting of settings) {
    const shown = [setting.variable, docOf(setting).text, groupTitle(setting.group).text];
    const text = shown.join(' ').toLowerCase();
    if (!words.every((word) => text.includes(word))) continue;
    groups.set(setting.group, [...(groups.get(setting.group) ?? []), setting]);
  }
  const changeable = (found: SettingView[]) => Number(found.some((setting) => setting.isEditable));
  return [...groups]
    .map(([title, found]) => ({ title, settings: found }))
    .toSorted((one, other) => changeable(other.settings) - changeable(one.settings));
}
