import { classNames } from '@nebula/ui';
import { ExternalLink } from 'lucide-react';
import type { Container } from '../contract.ts';
import { copy } from './copy.ts';
import { shownPorts } from './ports.ts';

/** The ports of a container; those a browser can open are links. */
export function PortList({ ports, most }: { ports: Container['ports']; most?: number }) {
  const shown = shownPorts(ports, window.location.hostname);
  const first = shown.slice(0, most);
  if (shown.length === 0) return <span className="text-muted">{copy.noPorts}</span>;
  return (
    <ul className="figures flex flex-wrap gap-x-3 gap-y-1 text-sm">
      {first.map(({ key, text, href, reach }) => (
        <li key={key}>
          {href === null ? (
            <span
              className={classNames(reach === 'inside' ? 'text-muted' : 'text-soft')}
              title={reasons[reach]}
            >
              {text}
              {reach === 'server' && <span className="text-muted"> ({copy.onServer})</span>}
            </span>
          ) : (
            <a
              href={href}
              target="_blank"
              rel="noreferrer"
              className="inline-flex min-h-6 items-center gap-1 text-link underline-offset-4 hover:underline"
            >
              {text}
              <ExternalLink aria-hidden size={12} />
              <span className="sr-only">{copy.newTab}</span>
            </a>
          )}
        </li>
      ))}
      {shown.length > first.length && <li className="text-muted">+{shown.length - first.length}</li>}
    </ul>
  );
}

const reasons = { inside: copy.notPublished, server: copy.onlyOnServer, outside: undefined };
