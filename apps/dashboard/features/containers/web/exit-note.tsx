import { Panel, Time } from '@nebula/ui';
import { CircleAlert, CircleCheck, HeartPulse } from 'lucide-react';
import type { ContainerDetail } from '../contract.ts';
import { copy } from './copy.ts';
import { isInTrouble } from './groups.ts';

/** Why it does not run, in words, and what its health check said last. */
export function ExitNote({ container }: { container: ContainerDetail }) {
  const { exit, lastHealthCheck: check } = container;
  if (exit === null && check === null) return null;
  const isBad = isInTrouble(container);
  const Icon = exit === null ? HeartPulse : isBad ? CircleAlert : CircleCheck;
  return (
    <Panel className="flex items-start gap-4 p-4 md:px-6">
      <Icon
        aria-hidden
        size={22}
        className={isBad ? 'mt-0.5 shrink-0 text-danger' : 'mt-0.5 shrink-0 text-muted'}
      />
      <div className="flex min-w-0 flex-col gap-3">
        {exit !== null && (
          <div>
            <p className="font-semibold">{copy.exit.title(exit.code)}</p>
            <p className="mt-1 max-w-prose text-soft">{copy.exit[exit.kind]}</p>
            {exit.engineWords !== '' && <Quote title={copy.engineSaid} text={exit.engineWords} />}
          </div>
        )}
        {check !== null && (
          <div>
            <p className="font-semibold">
              {copy.healthTitle}{' '}
              <span className="font-normal text-muted">
                {check.exitCode === 0 ? copy.healthPassed : copy.healthFailed(check.exitCode)},{' '}
                <Time at={check.at} />
              </span>
            </p>
            {check.output.trim() !== '' && <Quote text={check.output.trim()} />}
          </div>
        )}
      </div>
    </Panel>
  );
}

function Quote({ title, text }: { title?: string; text: string }) {
  return (
    <figure className="mt-2">
      {title !== undefined && <figcaption className="text-sm text-muted">{title}</figcaption>}
      <pre className="max-h-40 overflow-auto rounded-md border border-hairline bg-canvas p-3 font-mono text-sm break-words whitespace-pre-wrap">
        {text}
      </pre>
    </figure>
  );
}
