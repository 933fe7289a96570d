import { features } from '../features.ts';
import type { NavItem, NavSection } from '../feature.ts';
import type { SessionState } from './session.tsx';
import { texts } from './texts.ts';

/** The sections of the navigation from the top. */
const order = ['start', 'apps', 'machine', 'domains', 'activity', 'settings'] as const;

/** A section with the places that the person may see. */
export interface PlacesOfSection {
  section: NavSection;
  title: string;
  items: NavItem[];
}

/** Every place that the person may see, in the order of the features. */
export function placesFor({ permissions }: SessionState): NavItem[] {
  return features
    .flatMap(({ nav }) => nav ?? [])
    .filter(({ needs }) => needs === undefined || permissions.includes(needs));
}

/** Places by section, sections without any left out. */
export function bySection(items: readonly NavItem[]): PlacesOfSection[] {
  return order
    .map((section) => ({
      section,
      title: texts.places[section],
      items: items.filter((item) => (item.section ?? 'settings') === section),
    }))
    .filter((places) => places.items.length > 0);
}
