import type { DashboardConfig } from './config.ts';

/** Who may call and how often, as the server asks it with each request; changes work at once. */
export interface LiveLimits {
  guard: { allowedHosts: Set<string>; allowedOrigins: Set<string> };
  requestsPerMinute(): number;
  /** Names and addresses answered to besides those of the settings; replaces the names of an earlier call. */
  allowHosts(names: string[]): void;
  /** What a new value of a setting does, by variable. */
  settings: Record<string, (value: unknown) => void>;
}

/** Names this machine always answers to. */
const ownNames = ['localhost', '127.0.0.1', '[::1]'];

/** See {@link LiveLimits}. */
export function liveLimits(config: DashboardConfig): LiveLimits {
  const allowedHosts = new Set<string>();
  const allowedOrigins = new Set<string>(config.allowedOrigins);
  let { allowedHosts: fromSettings, requestsPerMinute } = config;
  let further: string[] = [];

  function renewHosts(): void {
    replace(allowedHosts, [...ownNames, ...fromSettings, ...further]);
  }
  renewHosts();

  return {
    guard: { allowedHosts, allowedOrigins },
    requestsPerMinute: () => requestsPerMinute,
    allowHosts(names) {
      further = names;
      renewHosts();
    },
    settings: {
      NEBULA_ALLOWED_HOSTS(value) {
        fromSettings = words(value);
        renewHosts();
      },
      NEBULA_ALLOWED_ORIGINS: (value) => replace(allowedOrigins, words(value)),
      NEBULA_REQUESTS_PER_MINUTE(value) {
        if (typeof value === 'number') requestsPerMinute = value;
      },
    },
  };
}

function replace(set: Set<string>, values: string[]): void {
  set.clear();
  for (const value of values) set.add(value);
}

function words(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}
