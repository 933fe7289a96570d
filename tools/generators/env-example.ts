import { type Setting, shapeOf } from '@nebula/config';
import { dashboardSettings } from '../../apps/dashboard/config.ts';

/** Where the example environment stands, seen from the project's root. */
export const path = '.env.example';

/** Writes every setting a person may give, as a comment with its default. */
export function produce(): string {
  const blocks = grouped(dashboardSettings).map(
    ([group, settings]) => `# ${group}\n\n${settings.map(block).join('\n')}`,
  );
  return [
    '# Settings of NebulaCommand. Everything has a default; what is given here wins over what is set in the product.',
    '# Instead of a value, NAME_FILE may name a file that holds it. Generated; do not edit.',
    '',
    ...blocks,
  ].join('\n');
}

function block(setting: Setting<unknown>): string {
  const { choices, default: fallback } = shapeOf(setting);
  const more = choices.length > 0 ? ` (${choices.join(', ')})` : '';
  return `# ${setting.doc}${more}\n#${setting.variable}=${fallback ?? ''}\n`;
}

/** Settings a person gives, by group in the order of their declaration; the launcher's own are left out. */
export function grouped(settings: Record<string, Setting<unknown>>): [string, Setting<unknown>[]][] {
  const groups = new Map<string, Setting<unknown>[]>();
  for (const setting of Object.values(settings)) {
    if (setting.doc.endsWith('set by the launcher')) continue;
    groups.set(setting.group, [...(groups.get(setting.group) ?? []), setting]);
  }
  return [...groups];
}
