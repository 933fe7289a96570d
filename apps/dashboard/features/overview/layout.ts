import { type PlacedTile, type Preset, TileId } from './contract.ts';

const order = {
  default: ['attention', 'system', 'containers', 'alerts', 'jobs', 'audit', 'links'],
  admin: ['attention', 'audit', 'jobs', 'system', 'containers', 'alerts', 'links'],
  developer: ['containers', 'jobs', 'alerts', 'attention', 'system', 'links'],
  monitor: ['attention', 'alerts', 'system', 'containers'],
} satisfies Record<Preset, TileId[]>;

/** Layouts to begin with; what a preset does not name is hidden. */
export const presets: Record<Preset, PlacedTile[]> = {
  default: placed(order.default),
  admin: placed(order.admin),
  developer: placed(order.developer),
  monitor: placed(order.monitor),
};

/**
 * Every tile once: those of a stored layout in its order, then those it does not know yet. Of a tile that is named twice the
 * first place counts.
 */
export function wholeLayout(tiles: readonly PlacedTile[]): PlacedTile[] {
  const places = new Map<TileId, PlacedTile>();
  for (const tile of tiles) if (!places.has(tile.id)) places.set(tile.id, tile);
  for (const tile of presets.default) if (!places.has(tile.id)) places.set(tile.id, tile);
  return [...places.values()];
}

/** Reads a stored layout; tiles that this version does not have are left out. */
export function readLayout(text: string): PlacedTile[] {
  const rows: unknown = JSON.parse(text);
  const tiles = (Array.isArray(rows) ? rows : []).flatMap((row: unknown): PlacedTile[] => {
    const id = TileId.safeParse(fieldOf(row, 'id'));
    return id.success ? [{ id: id.data, isHidden: fieldOf(row, 'isHidden') === true }] : [];
  });
  return wholeLayout(tiles);
}

function fieldOf(row: unknown, name: string): unknown {
  return typeof row === 'object' && row !== null ? Reflect.get(row, name) : undefined;
}

function placed(shown: readonly TileId[]): PlacedTile[] {
  return [
    ...shown.map((id) => ({ id, isHidden: false })),
    ...TileId.options.filter((id) => !shown.includes(id)).map((id) => ({ id, isHidden: true })),
  ];
}
