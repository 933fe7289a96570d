import { Button, Checkbox, Popover, SearchInput } from '@nebula/ui';
import { Boxes } from 'lucide-react';
import { useRef, useState } from 'react';
import type { LogApp } from '../contract.ts';
import { copy } from './copy.ts';

/** Chooses one app or several. */
export function AppPicker({
  apps,
  chosen,
  onChange,
}: {
  apps: readonly LogApp[];
  chosen: readonly string[];
  onChange: (apps: string[]) => void;
}) {
  const [isOpen, setOpen] = useState(false);
  const [text, setText] = useState('');
  const button = useRef<HTMLButtonElement>(null);
  const shown = apps.filter(({ app }) => app.toLowerCase().includes(text.toLowerCase()));
  const toggle = (app: string) =>
    onChange(chosen.includes(app) ? chosen.filter((other) => other !== app) : [...chosen, app]);
  return (
    <>
      <Button
        ref={button}
        icon={Boxes}
        aria-expanded={isOpen}
        onClick={() => setOpen(!isOpen)}
        className="max-w-full"
      >
        {chosen.length === 1 ? (
          <span translate="no" className="max-w-64 truncate">
            <bdi>{chosen[0]}</bdi>
          </span>
        ) : chosen.length === 0 ? (
          copy.apps.choose
        ) : (
          copy.apps.chosen(chosen.length)
        )}
      </Button>
      <Popover isOpen={isOpen} onClose={() => setOpen(false)} label={copy.apps.choose} anchor={button}>
        <div className="flex flex-col gap-2 p-3">
          <SearchInput
            aria-label={copy.apps.search}
            placeholder={copy.apps.search}
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
          <ul className="max-h-100 overflow-auto">
            {shown.map(({ app, containers }) => (
              <li key={app} translate="no">
                <Checkbox
                  label={app}
                  help={stateOf(containers)}
                  checked={chosen.includes(app)}
                  onChange={() => toggle(app)}
                />
              </li>
            ))}
          </ul>
          {shown.length === 0 && <p className="text-sm text-muted">{copy.apps.none}</p>}
          {chosen.length > 0 && (
            <Button tone="ghost" onClick={() => onChange([])}>
              {copy.apps.clear}
            </Button>
          )}
        </div>
      </Popover>
    </>
  );
}

function stateOf(containers: LogApp['containers']): string {
  if (containers.length === 0) return copy.apps.gone;
  return containers.some(({ isRunning }) => isRunning) ? copy.apps.running : copy.apps.stopped;
}
