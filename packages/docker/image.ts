/** An image on the machine. */
export interface ImageDetail {
  id: string;
  tags: string[];
  /** `name@sha256:…` of each registry it came from or went to. */
  digests: string[];
}

/** Name and password for a registry. */
export interface RegistryCredentials {
  registry: string;
  username: string;
  password: string;
}

/** How far a pull is. */
export interface PullProgress {
  /** 0 to 1; null when it is not known. */
  fraction: number | null;
  /** The engine's words, such as `Downloading`. */
  message: string;
}

/** An image as the engine lists it. */
export interface ImageSummary extends ImageDetail {
  /** All its layers, also those that other images have too. */
  sizeBytes: number;
  /** What of it other images have too; null where the engine does not say. */
  sharedBytes: number | null;
  createdAt: Date;
}

/** What only an inspection of an image tells. */
export interface ImageDescription extends ImageDetail {
  sizeBytes: number;
  /** When it was built; null where it does not say. */
  createdAt: Date | null;
  os: string;
  architecture: string;
  entrypoint: string[];
  command: string[];
  user: string;
  workingDir: string;
  /** Such as `80/tcp`. */
  ports: string[];
  /** Places that get a volume of their own. */
  volumes: string[];
  /** Names of its variables; values may be secrets of who built it. */
  variables: string[];
  labels: Record<string, string>;
  /** What made it, the newest first. */
  layers: { command: string; sizeBytes: number; createdAt: Date }[];
}

/** A volume of the engine. */
export interface VolumeSummary {
  name: string;
  driver: string;
  createdAt: Date | null;
  /** Where it lies on the machine; empty where that is the driver's matter. */
  mountPoint: string;
  labels: Record<string, string>;
  /** What its driver was told; may hold passwords of shares. */
  options: Record<string, string>;
}

/** A volume to be made, on the machine's own disk. */
export interface NewVolume {
  name: string;
  labels: Record<string, string>;
}

/** A network of the engine. */
export interface NetworkSummary {
  id: string;
  name: string;
  driver: string;
  createdAt: Date | null;
  /** Whether nothing leads out of it. */
  isInternal: boolean;
  subnets: { subnet: string; gateway: string | null }[];
  labels: Record<string, string>;
}

/** A network to be made between containers of this machine. */
export interface NewNetwork {
  name: string;
  isInternal: boolean;
  /** The engine chooses when null. */
  subnet: string | null;
  gateway: string | null;
  labels: Record<string, string>;
}
