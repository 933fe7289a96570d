/** What rules can judge: of what, in which unit, and from where on it is wrong. */
export interface Kind {
  /** Whether its subjects are apps, disks, sensors, or there is only one. */
  about: 'host' | 'disk' | 'sensor' | 'app' | 'engine' | 'domain';
  /** `state` is right or wrong and has no threshold. */
  unit: 'percent' | 'per-core' | 'hours' | 'celsius' | 'mebibytes' | 'times' | 'state';
  /** Which side of the threshold is wrong. */
  wrong: 'above' | 'below';
  threshold: number;
  /** From here on it is right again. */
  recover: number;
  forSeconds: number;
  /** Where its past can be read, for previews; null where no figures are kept. */
  history: { metric: string } | null;
}

const state = { unit: 'state', wrong: 'above', threshold: 1, recover: 0, history: null } as const;

/** Every kind of rule, by the name that conditions carry. */
export const kinds = {
  cpu: {
    ...{ about: 'host', unit: 'percent', wrong: 'above', threshold: 90, recover: 75, forSeconds: 600 },
    history: { metric: 'cpu' },
  },
  memory: {
    ...{ about: 'host', unit: 'percent', wrong: 'above', threshold: 92, recover: 85, forSeconds: 300 },
    history: { metric: 'memory' },
  },
  load: {
    ...{ about: 'host', unit: 'per-core', wrong: 'above', threshold: 2, recover: 1.5, forSeconds: 900 },
    history: { metric: 'load' },
  },
  disk: {
    ...{ about: 'disk', unit: 'percent', wrong: 'above', threshold: 90, recover: 87, forSeconds: 60 },
    history: { metric: 'used' },
  },
  'disk-full-in': {
    ...{ about: 'disk', unit: 'hours', wrong: 'below', threshold: 48, recover: 72, forSeconds: 1800 },
    history: null,
  },
  temperature: {
    ...{ about: 'sensor', unit: 'celsius', wrong: 'above', threshold: 85, recover: 75, forSeconds: 120 },
    history: { metric: 'temperature' },
  },
  'app-cpu': {
    ...{ about: 'app', unit: 'percent', wrong: 'above', threshold: 150, recover: 100, forSeconds: 600 },
    history: { metric: 'cpu' },
  },
  'app-memory': {
    ...{ about: 'app', unit: 'mebibytes', wrong: 'above', threshold: 2048, recover: 1800, forSeconds: 300 },
    history: { metric: 'memory' },
  },
  down: { ...state, about: 'app', forSeconds: 20 },
  unhealthy: { ...state, about: 'app', forSeconds: 60 },
  restarts: {
    ...{ about: 'app', unit: 'times', wrong: 'above', threshold: 3, recover: 0, forSeconds: 0 },
    history: null,
  },
  'out-of-memory': { ...state, about: 'app', forSeconds: 0 },
  'image-check': { ...state, about: 'app', forSeconds: 600 },
  certificate: {
    ...{ about: 'domain', unit: 'percent', wrong: 'above', threshold: 80, recover: 70, forSeconds: 600 },
    history: null,
  },
  'certificate-missing': { ...state, about: 'domain', forSeconds: 600 },
  engine: { ...state, about: 'engine', forSeconds: 30 },
} as const satisfies Record<string, Kind>;

/** Name of a kind. */
export type KindName = keyof typeof kinds;

/** All names, for schemas. */
export const kindNames = Object.keys(kinds).filter((name): name is KindName => name in kinds);

/** A kind by its name. */
export function kindOf(name: KindName): Kind {
  return kinds[name];
}
