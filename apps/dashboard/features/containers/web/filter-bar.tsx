import { Button, Checkbox, Select, useWideScreen } from '@nebula/ui';
import { SlidersHorizontal } from 'lucide-react';
import { useState } from 'react';
import { TypedSearch } from '../../../web/feature.ts';
import { copy } from './copy.ts';
import { healths, oneOf, type Place, sorts, updateStates } from './filter.ts';
import { stateChoices } from './state-look.ts';

/** What the list is narrowed to and how it is ordered; all of it stands in the address. */
export function FilterBar({
  place,
  projects,
  onChange,
}: {
  place: Place;
  projects: readonly string[];
  onChange: (changes: Partial<Place>) => void;
}) {
  const isWide = useWideScreen();
  const [isOpen, setOpen] = useState(false);
  const { filters } = copy;
  return (
    <search className="flex flex-col gap-3 p-4 md:px-6">
      <div className="flex gap-3">
        <TypedSearch
          label={copy.search}
          short={copy.searchShort}
          text={place.search ?? ''}
          onChange={(search) => onChange({ search })}
        />
        {!isWide && (
          <Button icon={SlidersHorizontal} aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
            {filters.more}
          </Button>
        )}
      </div>
      {(isWide || isOpen) && (
        <div className="grid grid-cols-2 items-center gap-3 md:flex md:flex-wrap">
          <Choice
            label={filters.state}
            any={filters.anyState}
            value={place.state}
            choices={stateChoices.map(({ state, word }) => [state, word])}
            onChange={(word) => onChange({ state: stateChoices.find(({ state }) => state === word)?.state })}
          />
          <Choice
            label={filters.health}
            any={filters.anyHealth}
            value={place.health}
            choices={healths.map((health) => [health, copy.healths[health]])}
            onChange={(word) => onChange({ health: oneOf(healths, word) })}
          />
          <Choice
            label={filters.project}
            any={filters.anyProject}
            value={place.project}
            choices={projects.map((project) => [project, project.slice(0, 60)])}
            isData
            onChange={(word) => onChange({ project: word === '' ? undefined : word })}
          />
          <Choice
            label={filters.update}
            any={filters.anyUpdate}
            value={place.update}
            choices={updateStates.map((state) => [state, copy.updates[state]])}
            onChange={(word) => onChange({ update: oneOf(updateStates, word) })}
          />
          <Choice
            label={filters.sort}
            value={place.sort ?? 'name'}
            choices={sorts.map((sort) => [sort, copy.sorts[sort]])}
            onChange={(word) => onChange({ sort: word === 'name' ? undefined : oneOf(sorts, word) })}
          />
          <Checkbox
            label={filters.group}
            checked={place.group !== 'no'}
            onChange={(event) => onChange({ group: event.target.checked ? undefined : 'no' })}
          />
        </div>
      )}
    </search>
  );
}

interface ChoiceProps {
  label: string;
  /** Words for no choice; without them there is always one. */
  any?: string;
  value: string | undefined;
  choices: (readonly [value: string, word: string])[];
  /** Whether the words of the choices are names, which no catalogue knows. */
  isData?: boolean;
  onChange: (value: string) => void;
}

function Choice({ label, any, value, choices, isData = false, onChange }: ChoiceProps) {
  return (
    <Select
      aria-label={label}
      value={value ?? ''}
      onChange={(event) => onChange(event.target.value)}
      className="min-w-0 md:w-44"
    >
      {any !== undefined && <option value="">{any}</option>}
      {value !== undefined && !choices.some(([known]) => known === value) && (
        <option translate="no">{value}</option>
      )}
      {choices.map(([one, word]) => (
        <option key={one} value={one} translate={isData ? 'no' : undefined}>
          {word}
        </option>
      ))}
    </Select>
  );
}
