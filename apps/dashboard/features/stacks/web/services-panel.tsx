import { Badge, IconButton, Panel, PanelHeader, StatusPill } from '@nebula/ui';
import { Link } from '@tanstack/react-router';
import { CircleAlert, CircleCheck, CircleDashed, CircleMinus, Pencil, RotateCw } from 'lucide-react';
import { useMay } from '../../../web/feature.ts';
import type { StackDetail, StackService } from '../contract.ts';
import { useStackVerb } from './changes.ts';
import { copy } from './copy.ts';

/** The services of a stack with their containers, and where to read more about each. */
export function ServicesPanel({ stack }: { stack: StackDetail }) {
  return (
    <Panel aria-labelledby="stack-services">
      <PanelHeader id="stack-services" title={copy.services.title} />
      {stack.serviceList.length === 0 ? (
        <p className="px-4 pb-6 text-soft md:px-6">{copy.services.none}</p>
      ) : (
        <ul className="pb-2">
          {stack.serviceList.map((service) => (
            <Service key={service.name} stack={stack} service={service} />
          ))}
        </ul>
      )}
    </Panel>
  );
}

function Service({ stack, service }: { stack: StackDetail; service: StackService }) {
  const mayOperate = useMay('stacks:operate');
  const mayReadLogs = useMay('logs:read');
  const verb = useStackVerb(stack.name);
  const { name, containers, image } = service;
  const published = [...new Set(service.ports.map((port) => `${port.address}:${port.published}`))];
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-2 border-t border-hairline px-4 py-3 md:px-6">
      <div className="min-w-0 grow basis-60">
        <p className="flex flex-wrap items-center gap-2">
          <bdi translate="no" className="font-semibold break-all">
            {name}
          </bdi>
          {service.isEdited && service.isDeclared && (
            <StatusPill tone="degraded" icon={Pencil}>
              {copy.services.edited}
            </StatusPill>
          )}
          {!service.isDeclared && stack.place === 'managed' && <Badge>{copy.services.undeclared}</Badge>}
        </p>
        <bdi translate="no" className="block truncate text-sm text-muted" title={image}>
          {image}
        </bdi>
        {published.length > 0 && (
          <p className="figures truncate text-sm text-muted">
            {copy.services.published(published.join(', '))}
          </p>
        )}
      </div>
      <ul className="flex min-w-0 grow basis-60 flex-col gap-1">
        {containers.length === 0 && (
          <li>
            <StatusPill tone="neutral" icon={CircleDashed}>
              {copy.services.notCreated}
            </StatusPill>
          </li>
        )}
        {containers.map((container) => (
          <li key={container.id} className="flex flex-wrap items-center gap-2">
            <State state={container.state} health={container.health} />
            <Link
              to="/containers/$id"
              params={{ id: container.id }}
              translate="no"
              title={container.name}
              className="min-h-6 min-w-0 truncate text-link underline-offset-4 hover:underline"
            >
              {container.name}
            </Link>
            <span translate="no" className="text-sm text-muted">
              {container.status}
            </span>
          </li>
        ))}
      </ul>
      <div className="flex items-center gap-3">
        {mayReadLogs && containers[0] !== undefined && (
          <Link
            to="/logs"
            search={{ container: containers[0].id }}
            aria-label={copy.services.logsOf(name)}
            className="inline-flex min-h-11 items-center text-sm text-link underline-offset-4 hover:underline md:min-h-6"
          >
            {copy.services.logs}
          </Link>
        )}
        {mayReadLogs && containers[0] !== undefined && (
          <Link
            to="/history"
            search={{ subject: `app/${stack.name}/${name}` }}
            aria-label={copy.services.historyOf(name)}
            className="inline-flex min-h-11 items-center text-sm text-link underline-offset-4 hover:underline md:min-h-6"
          >
            {copy.services.history}
          </Link>
        )}
        {mayOperate && containers.length > 0 && (
          <IconButton
            icon={RotateCw}
            label={copy.services.restart(name)}
            onClick={() => verb.mutate({ verb: 'restart', services: [name] })}
          />
        )}
      </div>
    </li>
  );
}

/** The engine's own word with a colour and a sign. */
function State({ state, health }: { state: string; health: string }) {
  const isBad = health === 'unhealthy' || state === 'restarting' || state === 'dead';
  const [tone, icon] = isBad
    ? (['down', CircleAlert] as const)
    : state === 'running'
      ? (['up', CircleCheck] as const)
      : (['paused', CircleMinus] as const);
  return (
    <StatusPill tone={tone} icon={icon}>
      <span translate="no">{isBad && health === 'unhealthy' ? health : state}</span>
    </StatusPill>
  );
}
