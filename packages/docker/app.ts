const longestPart = 255;

/**
 * What compose calls a container's stack and its part in it; null where compose did not make it. No longer than a name may be:
 * an image brings labels of its own, and what is long would stand in every list and every row.
 */
export function composeOf(labels: Readonly<Record<string, string>>): {
  project: string | null;
  service: string | null;
} {
  return {
    project: labels['com.docker.compose.project']?.slice(0, longestPart) ?? null,
    service: labels['com.docker.compose.service']?.slice(0, longestPart) ?? null,
  };
}

/**
 * The name of the app a container is of, which stays when the container is made anew: `project/service` of compose, else the
 * container's own name. Labels are free text; the name is one line without control characters or turned direction.
 */
export function appOf(container: { name: string; project: string | null; service: string | null }): string {
  const [project, service] = [clean(container.project ?? ''), clean(container.service ?? '')];
  return project === '' || service === '' ? clean(container.name) : `${project}/${service}`;
}

function clean(part: string): string {
  return (
    part
      .toWellFormed()
      .replaceAll(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu, '')
      .trim()
      .slice(0, longestPart)
      // A pair that was cut in half is another text once it was in a database.
      .toWellFormed()
  );
}
