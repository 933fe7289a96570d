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

/** A volume of the engine. */
export interface VolumeSummary {
  name: string;
  driver: string;
}

/** A network of the engine. */
export interface NetworkSummary {
  id: string;
  name: string;
  driver: string;
}
