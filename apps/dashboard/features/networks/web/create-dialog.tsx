import { Button, Checkbox, Dialog, ErrorStrip, Field, Input } from '@nebula/ui';
import { useState } from 'react';
import { fieldProblem, troubleOf } from '../../../web/feature.ts';
import { type Draft, useCreate } from './changes.ts';
import { copy, errorCopy } from './copy.ts';

const words = copy.create;
const fields = [
  { name: 'name', label: words.name, help: words.nameHelp, isRequired: true },
  { name: 'subnet', label: words.subnet, help: words.subnetHelp, isRequired: false },
  { name: 'gateway', label: words.gateway, help: words.gatewayHelp, isRequired: false },
] as const;

/** Asks what a new network is to be. */
export function CreateDialog({ onClose }: { onClose: () => void }) {
  const create = useCreate();
  const [draft, setDraft] = useState<Draft>({ name: '', subnet: '', gateway: '', isInternal: false });
  const formId = 'new-network';
  const { error } = create;
  const isAtField = fields.some(({ name }) => fieldProblem(error, `body.${name}`) !== undefined);
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={words.command}
      description={words.text}
      actions={
        <>
          <Button onClick={onClose}>{copy.cancel}</Button>
          <Button type="submit" form={formId} tone="primary" isBusy={create.isPending}>
            {words.confirm}
          </Button>
        </>
      }
    >
      <form
        id={formId}
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          create.mutate({ ...draft, name: draft.name.trim() }, { onSuccess: onClose });
        }}
      >
        {fields.map(({ name, label, help, isRequired }) => (
          <Field key={name} label={label} help={help} error={fieldProblem(error, `body.${name}`)}>
            {(control) => (
              <Input
                {...control}
                required={isRequired}
                value={draft[name]}
                autoComplete="off"
                autoCapitalize="none"
                spellCheck={false}
                onChange={(event) => setDraft({ ...draft, [name]: event.target.value })}
              />
            )}
          </Field>
        ))}
        <Checkbox
          label={words.internal}
          checked={draft.isInternal}
          onChange={(event) => setDraft({ ...draft, isInternal: event.target.checked })}
        />
        {error !== null && !isAtField && <ErrorStrip trouble={troubleOf(error, errorCopy)} />}
      </form>
    </Dialog>
  );
}
