import { LoadingRows, Meter, Panel, PanelHeader } from '@nebula/ui';
import type { Storage, Temperature } from '../contract.ts';
import { copy } from './copy.ts';

const words = copy.temperatures;

/** What the sensors say, each against its chip's limit. */
export function TemperaturesPanel({ storage }: { storage: Storage | null }) {
  const rows = storage?.temperatures ?? [];
  return (
    <Panel aria-labelledby="system-temperatures">
      <PanelHeader id="system-temperatures" title={words.title} />
      {storage === null ? (
        <LoadingRows label={copy.loading} rows={2} />
      ) : rows.length === 0 ? (
        <p className="px-4 pb-6 text-soft md:px-6">{words.none}</p>
      ) : (
        <ul className="grid max-h-96 gap-x-6 gap-y-4 overflow-y-auto px-4 pb-6 md:grid-cols-2 md:px-6">
          {rows.map((row) => (
            <Sensor key={row.id} row={row} />
          ))}
        </ul>
      )}
    </Panel>
  );
}

function Sensor({ row: { chip, label, celsius, high, critical } }: { row: Temperature }) {
  const limit = critical ?? high;
  const note = critical === null ? (high === null ? '' : words.high(high)) : words.critical(critical);
  return (
    <li className="flex min-w-0 flex-col gap-1">
      <span className="flex items-baseline gap-2">
        <span className="truncate">{label}</span>
        {label !== chip && <span className="truncate text-sm text-muted">{chip}</span>}
        <span className="figures ml-auto whitespace-nowrap">{words.value(celsius)}</span>
      </span>
      <Meter fraction={limit === null ? null : celsius / limit} isLimit />
      {note !== '' && <span className="text-sm text-muted">{note}</span>}
    </li>
  );
}
