import { ApiError } from '@nebula/contract/client';
import { Button, Checkbox, Dialog, ErrorStrip, LinesField } from '@nebula/ui';
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { DataView, fieldProblem, troubleOf } from '../../../web/feature.ts';
import { useBring } from './changes.ts';
import { copy, errorCopy } from './copy.ts';
import { certificatesQuery } from './queries.ts';

const words = copy.bring;
const formId = 'bring-certificate';

/** Brings a certificate with its key for chosen domains. */
export function BringDialog({ chosen, onClose }: { chosen: readonly string[]; onClose: () => void }) {
  const all = useQuery(certificatesQuery);
  const bring = useBring();
  const [ids, setIds] = useState<readonly string[]>(chosen);
  const [chain, setChain] = useState('');
  const [key, setKey] = useState('');
  const { error } = bring;
  const problem = problemIn(error);

  function submit(event: FormEvent): void {
    event.preventDefault();
    bring.mutate({ ids: [...ids], chain, privateKey: key }, { onSuccess: onClose });
  }

  return (
    <Dialog
      isOpen
      isWide
      onClose={onClose}
      title={words.title}
      actions={
        <>
          <Button onClick={onClose}>{copy.cancel}</Button>
          <Button
            type="submit"
            form={formId}
            tone="primary"
            className="disabled:opacity-50"
            disabled={ids.length === 0 || chain.trim() === '' || key.trim() === ''}
            isBusy={bring.isPending}
          >
            {words.save}
          </Button>
        </>
      }
    >
      <form id={formId} onSubmit={submit} className="flex flex-col gap-4">
        <p className="text-sm text-soft">{words.text}</p>
        {error !== null && problem === null && <ErrorStrip trouble={troubleOf(error, errorCopy)} />}
        {problem !== null && (
          <p role="alert" className="text-sm text-danger">
            {problem}
          </p>
        )}
        <fieldset className="flex max-h-48 flex-col gap-1 overflow-y-auto">
          <legend className="mb-1 text-sm font-medium">{words.domains}</legend>
          <DataView query={all} label={copy.loading}>
            {(rows) =>
              rows.length === 0 ? (
                <p className="text-sm text-muted">{words.noDomains}</p>
              ) : (
                rows.map(({ id, name }) => (
                  <Checkbox
                    key={id}
                    label={name}
                    isLabelData
                    checked={ids.includes(id)}
                    onChange={({ target }) =>
                      setIds(target.checked ? [...ids, id] : ids.filter((one) => one !== id))
                    }
                  />
                ))
              )
            }
          </DataView>
        </fieldset>
        <LinesField
          label={words.chain}
          help={words.chainHelp}
          value={chain}
          error={problem === null ? fieldProblem(error, 'body.chain') : undefined}
          onChange={setChain}
        />
        <LinesField
          label={words.key}
          help={words.keyHelp}
          value={key}
          error={problem === null ? fieldProblem(error, 'body.privateKey') : undefined}
          onChange={setKey}
        />
      </form>
    </Dialog>
  );
}

/** Why it is not taken, in the words of this page; null for other failures. */
function problemIn(error: unknown): string | null {
  if (!(error instanceof ApiError) || error.code !== 'NOT_TAKEN') return null;
  const { problem, of } = error.problem.data ?? {};
  const found = Object.entries(words.problems).find(([name]) => name === problem);
  return found === undefined ? null : found[1](String(of ?? ''));
}
