import type { Ground, HostileCase } from './cases/case.ts';
import { bodyCases } from './cases/bodies.ts';
import { execCases, networkCases, volumeCases } from './cases/objects.ts';
import { pathCases } from './cases/paths.ts';
import { powerCases } from './cases/powers.ts';
import { queryCases, routeCases, targetCases } from './cases/routes.ts';
import { wireCases } from './cases/wire.ts';

export type { Ground, HostileCase };

/** All hostile cases; each is a way to the host that somebody used, or the same way spelled differently. */
export function hostileCases(ground: Ground): HostileCase[] {
  return [
    ...powerCases(),
    ...pathCases(ground),
    ...volumeCases(),
    ...networkCases(),
    ...execCases(),
    ...routeCases(),
    ...targetCases(),
    ...queryCases(),
    ...bodyCases(),
    ...wireCases(),
  ];
}
