import { Button, ErrorStrip, LinesField, Panel, PanelHeader, TextField } from '@nebula/ui';
import { useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Plus } from 'lucide-react';
import { type FormEvent, type ReactNode, useState } from 'react';
import { api, fieldProblem, troubleOf, usePageTitle } from '../../../web/feature.ts';
import { DomainsBackLink } from './domains-back-link.tsx';
import { errorCopy } from './copy.ts';
import { emptyOptions, emptyTarget, keeperOf, optionsOf, passwordsOf, targetOf } from './draft.ts';
import { formCopy } from './form-copy.ts';
import { KeeperField, useKeepers } from './keeper-field.tsx';
import { OptionsFields } from './options-fields.tsx';
import { PlanPanel } from './run-panel.tsx';
import { TargetFields } from './target-fields.tsx';

/** A form that keeps a domain; its page then offers to provision it. */
export function AddPage() {
  usePageTitle(formCopy.title);
  const navigate = useNavigate();
  const [name, setName] = useState('');
  const [target, setTarget] = useState(emptyTarget);
  const [options, setOptions] = useState(emptyOptions);
  const [chosen, setChosen] = useState('');
  const [followsAddress, setFollows] = useState(true);
  const [note, setNote] = useState('');
  const keepers = useKeepers(name) ?? [];
  // A zone that was chosen for another name is not meant for this one.
  const keeper = keepers.find(({ word }) => word === chosen)?.word ?? '';
  const create = useMutation({
    mutationFn: () =>
      api.domains.create({
        body: {
          name: name.trim(),
          target: targetOf(target),
          options: optionsOf(options),
          passwords: passwordsOf(options, []),
          dns: keeperOf(keeper === '' ? (keepers[0]?.word ?? 'elsewhere') : keeper),
          followsAddress,
          note,
        },
      }),
    onSuccess: ({ id }) => void navigate({ to: '/domains/$id', params: { id } }),
  });
  const problem = (path: string) => fieldProblem(create.error, `body.${path}`);
  function submit(event: FormEvent): void {
    event.preventDefault();
    create.mutate();
  }
  return (
    <>
      <DomainsBackLink />
      <div className="grid items-start gap-4 xl:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
        <form className="flex min-w-0 flex-col gap-4" onSubmit={submit}>
          <Panel aria-labelledby="domain-name">
            <PanelHeader id="domain-name" title={formCopy.title} description={formCopy.text} />
            <div className="flex flex-col gap-6 px-4 pb-6 md:px-6">
              <TextField
                label={formCopy.name}
                help={formCopy.nameHelp}
                placeholder={formCopy.namePlaceholder}
                value={name}
                error={problem('name')}
                onChange={setName}
              />
              <Part title={formCopy.target.title}>
                <TargetFields
                  draft={target}
                  change={(changes) => setTarget({ ...target, ...changes })}
                  problem={problem}
                />
              </Part>
              <Part title={formCopy.dns.title}>
                <KeeperField
                  name={name}
                  value={keeper}
                  error={problem('dns.providerId') ?? problem('dns.zone')}
                  onChange={setChosen}
                  isFollowing={followsAddress}
                  onFollow={setFollows}
                />
              </Part>
              <OptionsFields
                draft={options}
                change={(changes) => setOptions({ ...options, ...changes })}
                problem={problem}
              />
              <LinesField
                label={formCopy.note}
                help={formCopy.noteHelp}
                value={note}
                error={problem('note')}
                onChange={setNote}
              />
              {create.error !== null && <ErrorStrip trouble={troubleOf(create.error, errorCopy)} />}
              <Button
                type="submit"
                tone="primary"
                icon={Plus}
                isBusy={create.isPending}
                className="self-start"
              >
                {formCopy.submit}
              </Button>
            </div>
          </Panel>
        </form>
        <PlanPanel />
      </div>
    </>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <fieldset className="min-w-0">
      <legend className="mb-3 font-semibold">{title}</legend>
      {children}
    </fieldset>
  );
}
