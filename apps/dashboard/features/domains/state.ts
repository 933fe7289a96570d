import type { DomainStatus } from './contract.ts';

/** What happens to a domain's status. */
export type StatusEvent = 'provision' | 'proven' | 'stopped' | 'remove';

/** Where a status goes, or null when the event cannot happen in it. The end of `removing` is that the domain is gone. */
export function nextStatus(status: DomainStatus, event: StatusEvent): DomainStatus | null {
  switch (event) {
    case 'provision':
      return status === 'removing' || status === 'provisioning' ? null : 'provisioning';
    case 'proven':
      return status === 'provisioning' ? 'active' : null;
    case 'stopped':
      return status === 'provisioning' || status === 'removing' ? 'failed' : null;
    case 'remove':
      return status === 'removing' || status === 'provisioning' ? null : 'removing';
    default:
      return event satisfies never;
  }
}
