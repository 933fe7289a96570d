import { Badge, StatusPill } from '@nebula/ui';
import type { Domain } from '../contract.ts';
import { copy } from './copy.ts';
import { healthLook, type Look, statusLook } from './looks.ts';

/** The status of a domain, and whether a run is needed to make it so. */
export function StatusOf({
  domain: { status, isChanged },
}: {
  domain: Pick<Domain, 'status' | 'isChanged'>;
}) {
  if (!isChanged || status !== 'active') return <Pill look={statusLook(status)} />;
  return (
    <span className="inline-flex flex-wrap gap-1">
      <Pill look={statusLook(status)} />
      <Badge title={copy.isChangedHelp}>{copy.isChanged}</Badge>
    </span>
  );
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
