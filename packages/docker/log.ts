/** A line that a container wrote. */
export interface LogLine {
  /** RFC 3339 with nine digits below the second, as the engine noted it. */
  time: string;
  stream: 'stdout' | 'stderr';
  /** Without its end of line; at most 64 KiB of it. */
  text: string;
  /** Bytes that were left out at its end. */
  cutBytes: number;
}

/** Which lines of a log. */
export interface LogRequest {
  /** Not those before this time, `seconds.nanoseconds` since 1970; null for all. */
  since: string | null;
  /** Only so many of the last; null for all. */
  tail: number | null;
  /** Whether to wait for more. */
  follow: boolean;
}
