import { endpointTable } from '@nebula/contract';
import { api } from '../../apps/dashboard/contract.ts';

/** Where the endpoint table of the browser's client stands, seen from the project's root. */
export const path = 'apps/dashboard/web/api-table.ts';

/** Writes the endpoint table of the dashboard: kind, method and path of each call, without any schema. */
export function produce(): string {
  const features = Object.entries(endpointTable(api)).map(([feature, endpoints]) => {
    const lines = Object.entries(endpoints).map(
      ([name, [kind, method, at]]) => `    ${name}: ['${kind}', '${method}', '${at}'],`,
    );
    return `  ${feature}: {\n${lines.join('\n')}\n  },`;
  });
  return [
    '// Generated from the contracts; do not edit.',
    "import type { EndpointTable } from '@nebula/contract/client';",
    '',
    '/** Kind, method and path of every endpoint of the dashboard. */',
    `export const apiTable: EndpointTable = {\n${features.join('\n')}\n};`,
    '',
  ].join('\n');
}
