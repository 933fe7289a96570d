import { copy } from './copy.ts';
import { toggleSelected, useIsSelected } from './selection.ts';

/** The box that selects one container. */
export function SelectBox({ id, name }: { id: string; name: string }) {
  const isSelected = useIsSelected(id);
  return (
    <label className="-m-2 inline-flex size-11 cursor-pointer items-center justify-center rounded-md hover:bg-hover md:size-9">
      <input
        type="checkbox"
        checked={isSelected}
        aria-label={copy.select(name)}
        onChange={() => toggleSelected(id)}
        className="size-4 accent-accent"
      />
    </label>
  );
}
