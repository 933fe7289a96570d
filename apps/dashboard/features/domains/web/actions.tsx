import { Button, IconButton } from '@nebula/ui';
import { ExternalLink, HeartPulse, Play, RefreshCw, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { type Command, shellTexts, useMay, usePageCommands } from '../../../web/feature.ts';
import type { Domain } from '../contract.ts';
import { useCheck, useProvision, useRenew } from './changes.ts';
import { copy } from './copy.ts';
import { isBusy } from './looks.ts';
import { RemoveDialog } from './remove-dialog.tsx';

/** What can be done to a domain as it is: the same for its page and the palette. */
export function DomainActions({ domain }: { domain: Domain }) {
  const mayWrite = useMay('domains:write');
  const [isRemoving, setRemoving] = useState(false);
  const provision = useProvision(domain);
  const canAct = mayWrite && !isBusy(domain);
  usePageCommands(useDomainCommands(domain, canAct, () => setRemoving(true)));
  return (
    <div className="flex flex-wrap items-center gap-2">
      {domain.isServed && !domain.name.startsWith('*') && (
        <a
          href={`https://${domain.name}`}
          target="_blank"
          rel="noreferrer"
          aria-label={copy.open(domain.name)}
          title={copy.open(domain.name)}
          translate="no"
          className="inline-flex size-11 items-center justify-center rounded-md text-soft hover:bg-hover hover:text-ink md:size-9"
        >
          <ExternalLink aria-hidden size={16} />
        </a>
      )}
      {canAct && (
        <>
          <Button
            tone={domain.status === 'active' ? 'quiet' : 'primary'}
            icon={Play}
            isBusy={provision.isPending}
            onClick={() => provision.mutate(false)}
          >
            {domain.status === 'new' ? copy.provision.action : copy.provision.again}
          </Button>
          <IconButton icon={Trash2} label={copy.remove.of(domain.name)} onClick={() => setRemoving(true)} />
          {isRemoving && <RemoveDialog domain={domain} onClose={() => setRemoving(false)} />}
        </>
      )}
    </div>
  );
}

function useDomainCommands(domain: Domain, canAct: boolean, remove: () => void): Command[] {
  const { id, name, status } = domain;
  const provision = useProvision(domain);
  const renew = useRenew(domain);
  const check = useCheck(id);
  if (!canAct) return [];
  const section = shellTexts.sections.here;
  const renewal: Command = {
    ...{ id: `domains.renew.${id}`, title: copy.certificate.renew.of(name), icon: RefreshCw, section },
    help: copy.certificate.renew.help,
    run: () => renew.mutate(),
  };
  return [
    {
      ...{ id: `domains.provision.${id}`, title: copy.provision.of(name), icon: Play, section },
      help: copy.provision.help,
      run: () => provision.mutate(false),
    },
    {
      ...{ id: `domains.check.${id}`, title: copy.health.of(name), icon: HeartPulse, section },
      run: () => check.mutate(),
    },
    ...(status === 'active' ? [renewal] : []),
    {
      ...{ id: `domains.remove.${id}`, title: copy.remove.of(name), icon: Trash2, section },
      help: copy.remove.help,
      isDanger: true,
      run: remove,
    },
  ];
}
