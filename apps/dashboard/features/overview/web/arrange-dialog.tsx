import { Button, Checkbox, Dialog, Field, IconButton, Select } from '@nebula/ui';
import { useQuery } from '@tanstack/react-query';
import { ArrowDown, ArrowUp, GripVertical } from 'lucide-react';
import { useState } from 'react';
import type { Layout, PlacedTile, TileId } from '../contract.ts';
import { type Arrange, isSameLayout, moveBy, moveTo, setHidden, takePreset } from './arrange.ts';
import { useArrange } from './changes.ts';
import { copy } from './copy.ts';
import { layoutQuery } from './queries.ts';

const words = copy.arrange;
const presetNames = ['default', 'admin', 'developer', 'monitor'] as const;

/** Orders, shows and hides tiles: by arrows and boxes with the keyboard or a finger, by dragging with a mouse. */
export function ArrangeDialog({ layout, onClose }: { layout: Layout; onClose: () => void }) {
  const change = useArrange();
  const [told, setTold] = useState('');
  const [dragged, setDragged] = useState<TileId | null>(null);
  const { tiles } = layout;

  function arrange(id: TileId, how: Arrange): void {
    change.mutate(how);
    const next = how(tiles);
    setTold(words.moved(copy.tiles[id], next.findIndex((tile) => tile.id === id) + 1, next.length));
  }

  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={words.title}
      description={words.text}
      actions={
        <Button tone="primary" onClick={onClose}>
          {words.done}
        </Button>
      }
    >
      <PresetChoice tiles={tiles} onChoose={(preset) => change.mutate(takePreset(preset))} />
      <ol className="mt-4 flex flex-col gap-1">
        {tiles.map(({ id, isHidden }, index) => (
          <li
            key={id}
            draggable
            onDragStart={(event) => {
              event.dataTransfer.effectAllowed = 'move';
              event.dataTransfer.setData('text/plain', id);
              setDragged(id);
            }}
            onDragEnd={() => setDragged(null)}
            onDragOver={(event) => event.preventDefault()}
            onDrop={(event) => {
              event.preventDefault();
              if (dragged !== null && dragged !== id) arrange(dragged, moveTo(dragged, id));
            }}
            className={`flex items-center gap-2 rounded-md border bg-raised px-2 ${dragged === id ? 'border-accent' : 'border-hairline'}`}
          >
            <GripVertical aria-hidden size={16} className="shrink-0 cursor-grab text-muted" />
            <div className="min-w-0 flex-1">
              <Checkbox
                label={copy.tiles[id]}
                checked={!isHidden}
                onChange={(event) => change.mutate(setHidden(id, !event.target.checked))}
              />
            </div>
            <IconButton
              icon={ArrowUp}
              label={words.up(copy.tiles[id])}
              aria-disabled={index === 0 || undefined}
              onClick={() => index > 0 && arrange(id, moveBy(id, -1))}
            />
            <IconButton
              icon={ArrowDown}
              label={words.down(copy.tiles[id])}
              aria-disabled={index === tiles.length - 1 || undefined}
              onClick={() => index < tiles.length - 1 && arrange(id, moveBy(id, 1))}
            />
          </li>
        ))}
      </ol>
      <p aria-live="polite" className="sr-only">
        {told}
      </p>
    </Dialog>
  );
}

function PresetChoice({
  tiles,
  onChoose,
}: {
  tiles: readonly PlacedTile[];
  onChoose: (preset: readonly PlacedTile[]) => void;
}) {
  const presets = useQuery(layoutQuery).data?.presets;
  const current = presetNames.find((name) => presets !== undefined && isSameLayout(presets[name], tiles));
  return (
    <Field label={words.preset}>
      {(control) => (
        <Select
          {...control}
          value={current ?? ''}
          onChange={(event) => {
            const chosen = presetNames.find((name) => name === event.target.value);
            const preset = chosen === undefined ? undefined : presets?.[chosen];
            if (preset !== undefined) onChoose(preset);
          }}
        >
          {current === undefined && <option value="">{words.choosePreset}</option>}
          {presetNames.map((name) => (
            <option key={name} value={name}>
              {words.presets[name]}
            </option>
          ))}
        </Select>
      )}
    </Field>
  );
}
