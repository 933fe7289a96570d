/** The least of a zone that choosing one needs. */
interface ZoneName {
  zone: string;
}

/** Zones in which a name lies, the longest first: the one that is asked for it. */
export function zonesOf<T extends ZoneName>(name: string, zones: readonly T[]): T[] {
  const asked = name.trim().toLowerCase().replace(/^\*\./, '');
  return zones
    .filter(({ zone }) => asked === zone || asked.endsWith(`.${zone}`))
    .sort((one, other) => other.zone.length - one.zone.length);
}
