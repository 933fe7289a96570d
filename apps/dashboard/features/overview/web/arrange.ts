import type { PlacedTile, TileId } from '../contract.ts';

/**
 * A change of the order or of what is hidden, as a function: it can be put onto a layout that was changed elsewhere meanwhile, so
 * that neither change is lost.
 */
export type Arrange = (tiles: readonly PlacedTile[]) => PlacedTile[];

/** Shows or hides a tile. */
export function setHidden(id: TileId, isHidden: boolean): Arrange {
  return (tiles) => tiles.map((tile) => (tile.id === id ? { ...tile, isHidden } : tile));
}

/** Moves a tile one place up (-1) or down (1); at the end it stays. */
export function moveBy(id: TileId, by: -1 | 1): Arrange {
  return (tiles) => {
    const from = tiles.findIndex((tile) => tile.id === id);
    return moved(tiles, from, Math.min(tiles.length - 1, Math.max(0, from + by)));
  };
}

/** Puts a tile where another one is; that one makes room. */
export function moveTo(id: TileId, place: TileId): Arrange {
  return (tiles) =>
    moved(
      tiles,
      tiles.findIndex((tile) => tile.id === id),
      tiles.findIndex((tile) => tile.id === place),
    );
}

/** Takes a preset over, whatever was before. */
export function takePreset(preset: readonly PlacedTile[]): Arrange {
  return () => [...preset];
}

/** Whether two layouts show the same. */
export function isSameLayout(one: readonly PlacedTile[], other: readonly PlacedTile[]): boolean {
  return (
    one.length === other.length &&
    one.every(({ id, isHidden }, at) => other[at]?.id === id && other[at].isHidden === isHidden)
  );
}

function moved(tiles: readonly PlacedTile[], from: number, to: number): PlacedTile[] {
  const next = [...tiles];
  if (from === -1 || to === -1) return next;
  const [tile] = next.splice(from, 1);
  if (tile !== undefined) next.splice(to, 0, tile);
  return next;
}
