import { Button, Field, Input, Panel, PanelHeader, Time } from '@nebula/ui';
import { BellOff } from 'lucide-react';
import { useState } from 'react';
import { DataView, fieldProblem, LoadMore, useMay, usePages } from '../../../web/feature.ts';
import type { Rule, Silence } from '../contract.ts';
import { useEndSilence, useSilence } from './changes.ts';
import { FormDialog } from './form-dialog.tsx';
import { rulesQuery, silencesQuery } from './queries.ts';
import { ruleCopy } from './rule-copy.ts';
import { SelectField } from './select-field.tsx';

const words = ruleCopy.silences;

/** What nobody is told of for some time. */
export function SilencesPanel() {
  const list = usePages(silencesQuery);
  const rules = usePages(rulesQuery);
  const mayOperate = useMay('alerts:operate');
  const [isAdding, setAdding] = useState(false);
  const rows = list.rows ?? [];
  return (
    <Panel aria-labelledby="alert-silences">
      <PanelHeader
        id="alert-silences"
        title={words.title}
        description={words.text}
        actions={
          mayOperate && (
            <Button icon={BellOff} onClick={() => setAdding(true)}>
              {words.add}
            </Button>
          )
        }
      />
      <DataView query={list} label={words.loading}>
        {() =>
          rows.length === 0 ? (
            <p className="px-4 pb-6 text-soft md:px-6">{words.none}</p>
          ) : (
            <ul className="pb-2">
              {rows.map((silence) => (
                <SilenceLine
                  key={silence.id}
                  silence={silence}
                  rules={rules.rows ?? []}
                  mayOperate={mayOperate}
                />
              ))}
            </ul>
          )
        }
      </DataView>
      {list.hasNextPage && (
        <LoadMore
          shown={rows.length}
          hasMore
          isLoading={list.isFetchingNextPage}
          onMore={() => void list.fetchNextPage()}
        />
      )}
      {isAdding && <SilenceDialog rules={rules.rows ?? []} onClose={() => setAdding(false)} />}
    </Panel>
  );
}

function SilenceLine({
  silence,
  rules,
  mayOperate,
}: {
  silence: Silence;
  rules: Rule[];
  mayOperate: boolean;
}) {
  const end = useEndSilence(silence.id);
  const rule = rules.find(({ id }) => id === silence.ruleId);
  const subject = silence.subject?.replace(/^app\//, '') ?? null;
  const name =
    subject ??
    (silence.ruleId === null ? words.everything : rule === undefined ? words.aRule : words.rule(rule.name));
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-1 border-t border-hairline px-4 py-2 md:px-6">
      <span className="min-w-0 font-medium break-words" translate={subject === null ? undefined : 'no'}>
        {name}
      </span>
      <span className="min-w-0 break-words text-soft" translate="no">
        {[silence.reason, silence.createdBy].filter((part) => part !== '').join(' · ')}
      </span>
      <span className="ml-auto text-sm text-muted">
        {words.until} <Time at={silence.until} />
      </span>
      {mayOperate && (
        <Button aria-label={words.endLabel(name)} isBusy={end.isPending} onClick={() => end.mutate()}>
          {words.end}
        </Button>
      )}
    </li>
  );
}

function SilenceDialog({ rules, onClose }: { rules: Rule[]; onClose: () => void }) {
  const silence = useSilence({ done: words.begun });
  const [ruleId, setRuleId] = useState('');
  const [minutes, setMinutes] = useState('60');
  const [reason, setReason] = useState('');
  return (
    <FormDialog
      title={words.addTitle}
      save={words.begin}
      cancel={words.cancel}
      isBusy={silence.isPending}
      error={silence.error}
      onSubmit={() => {
        const body = { ruleId: ruleId === '' ? null : ruleId, minutes: Number(minutes), reason };
        silence.mutate(body, { onSuccess: onClose });
      }}
      onClose={onClose}
    >
      <SelectField
        label={words.subject}
        value={ruleId}
        options={['', ...rules.map(({ id }) => id)]}
        wordOf={(id) => rules.find((rule) => rule.id === id)?.name ?? words.everything}
        isData={(id) => id !== ''}
        onChange={setRuleId}
      />
      <Field label={words.minutes} error={fieldProblem(silence.error, 'body.minutes')}>
        {(control) => (
          <Input
            {...control}
            inputMode="numeric"
            required
            value={minutes}
            onChange={(event) => setMinutes(event.target.value)}
          />
        )}
      </Field>
      <Field label={words.reason} isOptional error={fieldProblem(silence.error, 'body.reason')}>
        {(control) => (
          <Input
            {...control}
            maxLength={200}
            value={reason}
            onChange={(event) => setReason(event.target.value)}
          />
        )}
      </Field>
    </FormDialog>
  );
}
