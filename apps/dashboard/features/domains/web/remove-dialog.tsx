import { Button, Dialog, TextField } from '@nebula/ui';
import { useState } from 'react';
import type { Domain } from '../contract.ts';
import { useRemove } from './changes.ts';
import { copy } from './copy.ts';

const words = copy.remove;

/** Takes down a domain whose name was typed; says before what goes and what stays. */
export function RemoveDialog({ domain, onClose }: { domain: Domain; onClose: () => void }) {
  const { name, dns, isServed } = domain;
  const remove = useRemove(domain);
  const [typed, setTyped] = useState('');
  const zone = dns.kind === 'provider' ? dns.zone : null;
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={words.title(name)}
      actions={
        <>
          <Button onClick={onClose}>{copy.cancel}</Button>
          <Button
            tone="danger"
            className="disabled:opacity-50"
            disabled={typed.trim().toLowerCase() !== name}
            isBusy={remove.isPending}
            onClick={() => remove.mutate(typed)}
          >
            {words.action}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        <Lines
          title={words.goes}
          lines={[isServed ? words.route : words.noRoute, ...(zone === null ? [] : [words.records(zone)])]}
        />
        <Lines
          title={words.stays}
          lines={[zone === null ? words.elsewhere : words.others, words.app, words.certificate]}
        />
        <TextField label={words.name(name)} value={typed} error={undefined} onChange={setTyped} />
      </div>
    </Dialog>
  );
}

function Lines({ title, lines }: { title: string; lines: string[] }) {
  return (
    <div>
      <h3 className="font-medium">{title}</h3>
      <ul className="mt-1 flex list-disc flex-col gap-1 pl-5 text-sm text-soft">
        {lines.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
    </div>
  );
}
