import { ApiError } from '@nebula/contract/client';
import { Button, Checkbox, Dialog, ErrorStrip, Field, Input, Select } from '@nebula/ui';
import { type FormEvent, useState } from 'react';
import { fieldProblem, troubleOf } from '../../../web/feature.ts';
import type { Provider } from '../contract.ts';
import { useSaveProvider } from './changes.ts';
import { copy, errorCopy } from './copy.ts';
import { LayerList, layersIn } from './layer-list.tsx';
import { providerCopy } from './provider-copy.ts';
import { type Draft, draftOf, kinds, secretsOf, settingsOf } from './provider-draft.ts';
import { ProviderFields } from './provider-fields.tsx';
import { SecretFields } from './secret-fields.tsx';

const words = providerCopy.dialog;
const formId = 'dns-provider';

/** Adds a provider or changes one; its connection is tested before it is kept. */
export function ProviderDialog({ before, onClose }: { before: Provider | null; onClose: () => void }) {
  // What is changed is what was seen at first, whatever is read meanwhile.
  const [seen] = useState(before);
  const save = useSaveProvider(seen);
  const [draft, setDraft] = useState(() => draftOf(before));
  const [keepsAnyway, setKeepsAnyway] = useState(false);
  const change = (changes: Partial<Draft>) => setDraft({ ...draft, ...changes });
  const { error } = save;
  const failed =
    error instanceof ApiError && error.code === 'CHECK_FAILED'
      ? layersIn(error.problem.data?.['layers'])
      : [];

  function submit(event: FormEvent): void {
    event.preventDefault();
    const { name } = draft;
    const body = {
      name,
      settings: settingsOf(draft, before),
      secrets: secretsOf(draft),
      isTried: !keepsAnyway,
    };
    save.mutate(body, { onSuccess: onClose });
  }

  return (
    <Dialog
      isOpen
      isWide
      onClose={onClose}
      title={before === null ? words.add : words.edit(before.name)}
      actions={
        <>
          <Button onClick={onClose}>{copy.cancel}</Button>
          <Button type="submit" form={formId} tone="primary" isBusy={save.isPending}>
            {words.save}
          </Button>
        </>
      }
    >
      <form id={formId} onSubmit={submit} className="flex flex-col gap-4">
        {error !== null && <ErrorStrip trouble={troubleOf(error, errorCopy)} />}
        {failed.length > 0 && <LayerList name={draft.name} layers={failed} />}
        <div className="grid gap-4 md:grid-cols-2">
          <Field label={words.kind} help={providerCopy.kindHelp[draft.kind]}>
            {(control) => (
              <Select
                {...control}
                disabled={before !== null}
                value={draft.kind}
                onChange={(event) =>
                  change({
                    kind: kinds.find((kind) => kind === event.target.value) ?? draft.kind,
                    secret: '',
                  })
                }
              >
                {kinds.map((kind) => (
                  <option key={kind} value={kind}>
                    {providerCopy.kinds[kind]}
                  </option>
                ))}
              </Select>
            )}
          </Field>
          <Field label={words.name} help={words.nameHelp} error={fieldProblem(error, 'body.name')}>
            {(control) => (
              <Input
                {...control}
                required
                maxLength={100}
                value={draft.name}
                onChange={(event) => change({ name: event.target.value })}
              />
            )}
          </Field>
        </div>
        <ProviderFields draft={draft} error={error} onChange={change} />
        <SecretFields
          draft={draft}
          kept={before?.secretNames ?? []}
          problem={fieldProblem(error, 'body.secrets')}
          onChange={change}
        />
        <Checkbox
          label={words.keepAnyway}
          checked={keepsAnyway}
          onChange={(event) => setKeepsAnyway(event.target.checked)}
        />
      </form>
    </Dialog>
  );
}
