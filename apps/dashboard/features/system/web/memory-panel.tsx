import { formatBytes, Meter, Panel, PanelHeader, StackBar, StackKey, type StackPart } from '@nebula/ui';
import type { Sample } from '../contract.ts';
import { copy } from './copy.ts';

/** What the memory is used for, and the swap. */
export function MemoryPanel({ memory, swap }: { memory: Sample['memory']; swap: Sample['swap'] }) {
  const words = copy.memory;
  const parts: (StackPart & { name: string })[] = [
    { id: 'used', name: words.used, value: memory.used, ink: 'one' },
    { id: 'shared', name: words.shared, value: memory.shared, ink: 'four' },
    ...(memory.arc === null
      ? []
      : [{ id: 'arc', name: words.arc, value: memory.arc, ink: 'three' as const }]),
    { id: 'cached', name: words.cached, value: memory.cached + memory.buffers, ink: 'two' },
    { id: 'free', name: words.free, value: memory.free, ink: 'rest' },
  ];
  return (
    <Panel aria-labelledby="system-memory">
      <PanelHeader
        id="system-memory"
        title={words.title}
        description={
          memory.limit === null
            ? words.text(formatBytes(memory.available), formatBytes(memory.total))
            : words.limit(formatBytes(memory.limitUsed ?? 0), formatBytes(memory.limit))
        }
      />
      <div className="flex flex-col gap-4 px-4 pb-6 md:px-6">
        <StackBar isTall total={memory.total} parts={parts} />
        <dl className="grid gap-x-6 gap-y-2 md:grid-cols-2">
          {parts.map(({ id, name, value, ink }) => (
            <div key={id} className="flex items-center gap-2">
              <StackKey ink={ink} />
              <dt className="min-w-0 text-soft">{name}</dt>
              <dd className="figures ml-auto whitespace-nowrap">{formatBytes(value)}</dd>
            </div>
          ))}
        </dl>
        {swap === null ? (
          <p className="text-sm text-muted">{words.noSwap}</p>
        ) : (
          <div className="flex flex-col gap-1">
            <p className="flex justify-between text-sm">
              <span className="text-muted">{words.swap}</span>
              <span className="figures">
                {words.swapValue(formatBytes(swap.used), formatBytes(swap.total))}
              </span>
            </p>
            <Meter fraction={swap.used / swap.total} isLimit />
          </div>
        )}
      </div>
    </Panel>
  );
}
