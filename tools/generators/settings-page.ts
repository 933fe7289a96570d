import { type Setting, shapeOf } from '@nebula/config';
import { dashboardSettings } from '../../apps/dashboard/config.ts';
import { grouped } from './env-example.ts';

/** Where the page of all settings stands, seen from the project's root. */
export const path = 'docs/operations/settings.md';

/** Writes the page of all settings, one table for each group. */
export function produce(): string {
  const groups = grouped(dashboardSettings).map(
    ([group, settings]) =>
      `## ${group}\n\n| Setting | What | Default | Where | A change works |\n| --- | --- | --- | --- | --- |\n${settings.map(row).join('\n')}\n`,
  );
  return [
    '# Settings',
    '',
    'Generated from `apps/dashboard/config.ts`; do not edit. The environment wins over what is set in the product. Under systemd',
    'the environment is `/etc/nebula/nebula.env`; instead of a value, `NAME_FILE` may name a file that holds it.',
    '',
    ...groups,
  ].join('\n');
}

function row(setting: Setting<unknown>): string {
  const { choices, minimum, maximum, default: fallback } = shapeOf(setting);
  const range =
    minimum === null ? '' : maximum === null ? ` (from ${minimum})` : ` (${minimum} to ${maximum})`;
  const words = choices.length === 0 ? range : `: ${choices.map((choice) => `\`${choice}\``).join(', ')}`;
  const where = setting.scope === 'stored' ? 'product or environment' : 'environment';
  const when = setting.applies === 'live' ? 'at once' : 'after a restart';
  const shown = fallback === null || fallback === '' ? '—' : `\`${fallback}\``;
  return `| \`${setting.variable}\` | ${setting.doc}${words} | ${shown} | ${where} | ${when} |`;
}
