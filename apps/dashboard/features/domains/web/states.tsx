import { StatusPill } from '@nebula/ui';
import type { Domain } from '../contract.ts';
import { copy } from './copy.ts';
import { healthLook, type Look, statusLook } from './looks.ts';

/** The status of a domain. */
export function StatusOf({ domain }: { domain: Pick<Domain, 'status'> }) {
  return <Pill look={statusLook(domain.status)} />;
}

/** What the last check found. */
export function HealthOf({ health }: Pick<Domain, 'health'>) {
  if (health === null) return <span className="text-sm text-muted">{copy.health.unchecked}</span>;
  return <Pill look={healthLook(health.state)} />;
}

/** A look as a pill. */
export function Pill({ look: { tone, icon, word } }: { look: Look }) {
  return (
    <StatusPill tone={tone} icon={icon}>
      {word}
    </StatusPill>
  );
}
