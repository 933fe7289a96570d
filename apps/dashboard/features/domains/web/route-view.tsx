import { Button, ErrorStrip, LinesField, Panel, PanelHeader } from '@nebula/ui';
import { Play, Save } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { fieldProblem, troubleOf, useMay } from '../../../web/feature.ts';
import type { Domain } from '../contract.ts';
import { useProvision, useSave } from './changes.ts';
import { ConflictStrip } from './conflict-strip.tsx';
import { copy, errorCopy } from './copy.ts';
import { optionsDraftOf, optionsOf, passwordsOf, targetDraftOf, targetOf } from './draft.ts';
import { formCopy } from './form-copy.ts';
import { isBusy } from './looks.ts';
import { OptionsFields } from './options-fields.tsx';
import { TargetFields } from './target-fields.tsx';

/** What a domain leads to and what happens on the way, to be changed. */
export function RouteView({ domain }: { domain: Domain }) {
  const mayWrite = useMay('domains:write');
  const [draft, setDraft] = useState(() => draftOf(domain));
  const save = useSave(domain);
  const provision = useProvision(domain);
  const problem = (path: string) => fieldProblem(save.error, `body.${path}`);
  function keep(version: number, after?: () => void): void {
    const { target, options, note } = draft;
    save.mutate(
      {
        version,
        change: {
          ...{ target: targetOf(target), options: optionsOf(options), note },
          passwords: passwordsOf(options, domain.accounts),
        },
      },
      {
        onSuccess: (saved) => {
          setDraft(draftOf(saved));
          after?.();
        },
      },
    );
  }
  function submit(event: FormEvent): void {
    event.preventDefault();
    keep(draft.version);
  }
  return (
    <Panel aria-labelledby="domain-route">
      <PanelHeader
        id="domain-route"
        title={copy.route.title}
        description={mayWrite ? copy.route.text : copy.route.notYours}
      />
      <form onSubmit={submit} className="max-w-2xl px-4 pb-6 md:px-6">
        <fieldset disabled={!mayWrite} className="flex min-w-0 flex-col gap-6">
          <TargetFields
            draft={draft.target}
            change={(changes) => setDraft({ ...draft, target: { ...draft.target, ...changes } })}
            problem={problem}
          />
          <OptionsFields
            draft={draft.options}
            change={(changes) => setDraft({ ...draft, options: { ...draft.options, ...changes } })}
            problem={problem}
          />
          <LinesField
            label={formCopy.note}
            help={formCopy.noteHelp}
            value={draft.note}
            error={problem('note')}
            onChange={(note) => setDraft({ ...draft, note })}
          />
          {save.isConflict ? (
            <ConflictStrip
              theirs={domain}
              isBusy={save.isPending}
              onMine={() => keep(domain.version)}
              onTheirs={() => {
                setDraft(draftOf(domain));
                save.reset();
              }}
            />
          ) : (
            save.error !== null && <ErrorStrip trouble={troubleOf(save.error, errorCopy)} />
          )}
          {mayWrite && (
            <div className="flex flex-wrap gap-2">
              <Button type="submit" icon={Save} isBusy={save.isPending}>
                {copy.route.save}
              </Button>
              {!isBusy(domain) && (
                <Button
                  tone="primary"
                  icon={Play}
                  isBusy={save.isPending || provision.isPending}
                  onClick={() => keep(draft.version, () => provision.mutate(false))}
                >
                  {copy.route.saveAndRun}
                </Button>
              )}
            </div>
          )}
        </fieldset>
      </form>
    </Panel>
  );
}

function draftOf({ target, options, accounts, note, version }: Domain) {
  return { target: targetDraftOf(target), options: optionsDraftOf(options, accounts), note, version };
}
