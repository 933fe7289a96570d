import type { Role } from '@nebula/contract';
import { AppError, DriverError } from '@nebula/errors';
import { definePurpose, type Outbound, type Purpose } from '@nebula/outbound';
import type { Configuration } from 'openid-client';

/** A sign-in provider (OpenID Connect) as it is set up. */
export interface ProviderSettings {
  issuer: string;
  clientId: string;
  clientSecret: string | null;
  /** What the button calls it. */
  name: string;
  /** Addresses, or domains as `@example.com`, that may make themselves an account. */
  allowedEmails: string[];
  /** Claim that holds groups, and the role that each group gets. */
  roleClaim: string;
  roles: Record<string, Role>;
}

/** What has to be remembered between going to a provider and coming back. */
export interface ProviderMemory {
  state: string;
  nonce: string;
  verifier: string;
  redirectUri: string;
}

/** Who a provider says somebody is. */
export interface ProviderIdentity {
  /** Issuer and subject: what never changes of a person there. */
  externalId: string;
  email: string | null;
  isEmailVerified: boolean;
  name: string | null;
  groups: string[];
}

/** Signing in at a provider: authorization code flow with PKCE (RFC 7636), state and nonce (OpenID Connect Core 1.0). */
export interface Provider {
  readonly settings: ProviderSettings;
  /** Where to send the browser. Throws {@link DriverError}. */
  begin(redirectUri: string): Promise<{ url: string; memory: ProviderMemory }>;
  /**
   * Who came back, from the query of the address they came back to. Throws {@link DriverError} `unavailable` when the provider
   * does not answer, `rejected` when an answer does not prove anything; PROVIDER_REFUSED when it or the person said no.
   */
  finish(memory: ProviderMemory, query: string): Promise<ProviderIdentity>;
}

const rememberMs = 3_600_000;

/** A provider that is asked for its addresses on first use, and again after an hour. `now` in milliseconds. */
export function createProvider(options: {
  settings: ProviderSettings;
  outbound: Outbound;
  now: () => number;
  timeoutMs?: number;
}): Provider {
  const { settings, outbound, now } = options;
  const issuer = new URL(settings.issuer);
  const purpose = definePurpose({
    name: 'sign-in provider',
    // The person who set it up named it; it may well run on this machine or beside it.
    reach: 'machine',
    allowsPlain: isLoopback(issuer),
    timeoutMs: options.timeoutMs ?? 10_000,
    redirects: 0,
  });
  let found: { configuration: Promise<Configuration>; until: number } | null = null;

  async function configuration(): Promise<Configuration> {
    if (found === null || found.until <= now()) {
      found = {
        configuration: discover(settings, issuer, fetchThrough(outbound, purpose)),
        until: now() + rememberMs,
      };
    }
    const current = found;
    try {
      return await current.configuration;
    } catch (error) {
      if (found === current) found = null;
      throw told(error);
    }
  }

  return {
    settings,
    async begin(redirectUri) {
      const client = await import('openid-client');
      const config = await configuration();
      const memory = {
        state: client.randomState(),
        nonce: client.randomNonce(),
        verifier: client.randomPKCECodeVerifier(),
        redirectUri,
      };
      const url = client.buildAuthorizationUrl(config, {
        redirect_uri: redirectUri,
        scope: 'openid email profile',
        state: memory.state,
        nonce: memory.nonce,
        code_challenge: await client.calculatePKCECodeChallenge(memory.verifier),
        code_challenge_method: 'S256',
      });
      return { url: url.href, memory };
    },
    async finish(memory, query) {
      const client = await import('openid-client');
      const config = await configuration();
      const url = new URL(memory.redirectUri);
      url.search = query;
      try {
        const tokens = await client.authorizationCodeGrant(config, url, {
          expectedState: memory.state,
          expectedNonce: memory.nonce,
          pkceCodeVerifier: memory.verifier,
          idTokenExpected: true,
        });
        const claims = tokens.claims();
        if (claims === undefined) throw new DriverError('rejected', 'The provider sent no ID token.');
        const hasAll = claims['email'] !== undefined && claims[settings.roleClaim] !== undefined;
        const isAsked = !hasAll && config.serverMetadata().userinfo_endpoint !== undefined;
        const more = isAsked ? await client.fetchUserInfo(config, tokens.access_token, claims.sub) : {};
        // What is signed comes last, so that it wins.
        return identityFrom(settings, claims.iss, claims.sub, { ...more, ...claims });
      } catch (error) {
        throw told(error);
      }
    },
  };
}

/** The role that the groups of somebody give, the highest of them; null when none does. */
export function roleOf({ roles }: ProviderSettings, groups: string[]): Role | null {
  const given = new Set(
    groups.flatMap((group) => (Object.hasOwn(roles, group) ? roles[group] : undefined) ?? []),
  );
  return (['admin', 'operator', 'viewer'] as const).find((role) => given.has(role)) ?? null;
}

/** Whether an address may make itself an account. */
export function isAllowedEmail({ allowedEmails }: ProviderSettings, email: string): boolean {
  return allowedEmails.some((allowed) =>
    allowed.startsWith('@') ? email.endsWith(allowed) : email === allowed,
  );
}

async function discover(
  settings: ProviderSettings,
  issuer: URL,
  fetchIt: FetchThrough,
): Promise<Configuration> {
  const client = await import('openid-client');
  const { clientId, clientSecret } = settings;
  const insecure = isLoopback(issuer) ? [client.allowInsecureRequests] : [];
  const found = await client.discovery(issuer, clientId, undefined, client.None(), {
    [client.customFetch]: fetchIt,
    execute: insecure,
  });
  const server = found.serverMetadata();
  const ways = server.token_endpoint_auth_methods_supported ?? ['client_secret_basic'];
  const isPost = !ways.includes('client_secret_basic') && ways.includes('client_secret_post');
  const prove = isPost ? client.ClientSecretPost : client.ClientSecretBasic;
  const proof = clientSecret === null ? client.None() : prove(clientSecret);
  const config = new client.Configuration(server, clientId, undefined, proof);
  config[client.customFetch] = fetchIt;
  // By default the library trusts TLS and does not look at the signature of the ID token.
  for (const set of [client.enableNonRepudiationChecks, ...insecure]) set(config);
  return config;
}

type FetchThrough = (
  url: string,
  call: { method: string; headers: Record<string, string>; body?: unknown; signal?: AbortSignal | undefined },
) => Promise<Response>;

/** The library's calls on our way out, with its rules. */
function fetchThrough(outbound: Outbound, purpose: Purpose): FetchThrough {
  return async (url, { method, headers, body, signal }) => {
    const text = body === undefined || body === null ? undefined : String(body);
    const reply = await outbound.fetch(purpose, url, {
      method,
      headers: { ...headers },
      ...(text === undefined ? {} : { body: text }),
      ...(signal === undefined ? {} : { signal }),
    });
    const kept = Object.entries(reply.headers).filter(
      ([name]) => name === 'content-type' || name === 'cache-control',
    );
    return new Response(reply.status === 204 ? null : new Uint8Array(reply.body), {
      status: reply.status,
      headers: Object.fromEntries(kept.map(([name, value]) => [name, String(value)])),
    });
  };
}

function identityFrom(
  settings: ProviderSettings,
  issuer: string,
  subject: string,
  claims: Record<string, unknown>,
): ProviderIdentity {
  const { email, name, email_verified: isVerified } = claims;
  const groups = claims[settings.roleClaim];
  return {
    externalId: `${issuer}\n${subject}`,
    email: typeof email === 'string' ? email.trim().toLowerCase() : null,
    isEmailVerified: isVerified === true,
    name: typeof name === 'string' && name.trim() !== '' ? name.trim().slice(0, 80) : null,
    groups: (Array.isArray(groups) ? groups : [groups]).filter((group) => typeof group === 'string'),
  };
}

/** Whatever the library throws, in our words; ours stay as they are, also where the library wrapped them. */
function told(error: unknown): Error {
  for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof DriverError || cause instanceof AppError) return cause;
  }
  const reason = error instanceof Error ? error.message : 'unknown';
  if (error instanceof Error && error.name === 'AuthorizationResponseError') {
    const said = 'error' in error ? String(error.error) : reason;
    return new AppError('PROVIDER_REFUSED', `The provider did not sign you in (${said.slice(0, 100)}).`, {
      cause: error,
    });
  }
  return new DriverError('rejected', `The answer of the sign-in provider proves nothing: ${reason}.`, {
    cause: error,
  });
}

function isLoopback({ protocol, hostname }: URL): boolean {
  return protocol === 'http:' && /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname);
}
