import { Button, CopyButton, Panel, PanelHeader } from '@nebula/ui';
import { Eye, EyeOff, KeyRound } from 'lucide-react';
import { useState } from 'react';
import { useMay } from '../../../web/feature.ts';
import type { ContainerDetail } from '../contract.ts';
import { useReveal } from './changes.ts';
import { copy } from './copy.ts';

/** The environment of a container: covered at first; secrets come only when somebody who may asks for them. */
export function EnvironmentPanel({
  id,
  variables,
}: {
  id: string;
  variables: ContainerDetail['environment'];
}) {
  const words = copy.environment;
  const mayReveal = useMay('containers:operate');
  const [isShown, setShown] = useState(false);
  const reveal = useReveal(id);
  const hasSecrets = variables.some(({ isSecret }) => isSecret);
  const shown = isShown && reveal.data !== undefined ? reveal.data.environment : variables;
  return (
    <Panel aria-labelledby="container-environment">
      <PanelHeader
        id="container-environment"
        title={words.title}
        description={words.text}
        actions={
          variables.length > 0 && (
            <>
              {mayReveal && hasSecrets && reveal.data === undefined && (
                <Button
                  icon={KeyRound}
                  title={words.revealHelp}
                  isBusy={reveal.isPending}
                  onClick={() => reveal.mutate(undefined, { onSuccess: () => setShown(true) })}
                >
                  {words.reveal}
                </Button>
              )}
              <Button
                icon={isShown ? EyeOff : Eye}
                aria-pressed={isShown}
                onClick={() => {
                  setShown(!isShown);
                  // What was covered again is not kept in the page either.
                  if (isShown) reveal.reset();
                }}
              >
                {isShown ? words.hide : words.show}
              </Button>
            </>
          )
        }
      />
      {variables.length === 0 ? (
        <p className="px-4 pb-6 text-soft md:px-6">{words.none}</p>
      ) : (
        <dl className="pb-2">
          {shown.map(({ name, value, isSecret }, at) => (
            <div
              key={`${at} ${name}`}
              className="grid gap-x-4 border-t border-hairline px-4 py-2 md:grid-cols-[minmax(0,1fr)_minmax(0,2fr)] md:px-6"
            >
              <dt className="font-mono text-sm break-all text-soft" translate="no">
                {name}
              </dt>
              <dd className="flex min-w-0 items-start gap-2 font-mono text-sm break-all">
                {isShown && value !== null ? (
                  <>
                    <bdi className="min-w-0 flex-1" translate="no">
                      {value.slice(0, 4096)}
                    </bdi>
                    <CopyButton text={value} label={words.copy(name)} />
                  </>
                ) : (
                  <span className="text-muted">{isSecret ? words.secret : words.covered}</span>
                )}
              </dd>
            </div>
          ))}
        </dl>
      )}
    </Panel>
  );
}
