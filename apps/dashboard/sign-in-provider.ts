import type { ProviderSettings } from '@nebula/auth';
import { registerSecret } from '@nebula/log';
import type { DashboardConfig } from './config.ts';

/** The sign-in provider as it is set; null when there is none. */
export function providerOf(config: DashboardConfig): ProviderSettings | null {
  if (config.oidcIssuer === undefined) return null;
  const clientSecret = config.oidcClientSecret?.reveal() ?? null;
  if (clientSecret !== null) registerSecret(clientSecret);
  return {
    issuer: config.oidcIssuer,
    clientId: config.oidcClientId,
    clientSecret,
    name: config.oidcName,
    allowedEmails: config.oidcAllowedEmails,
    roleClaim: config.oidcRoleClaim,
    roles: config.oidcRoles,
  };
}
