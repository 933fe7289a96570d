import { Button, Checkbox, ErrorStrip, Field, Input, Panel, PanelHeader } from '@nebula/ui';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { DataView, fieldProblem, troubleOf, useMay } from '../../../web/feature.ts';
import type { Quiet } from '../contract.ts';
import { useSaveQuiet } from './changes.ts';
import { errorCopy } from './copy.ts';
import { quietQuery } from './queries.ts';
import { ruleCopy } from './rule-copy.ts';

const words = ruleCopy.quiet;

/** Hours in which nobody is told. */
export function QuietPanel() {
  const quiet = useQuery(quietQuery);
  return (
    <Panel aria-labelledby="alert-quiet">
      <PanelHeader id="alert-quiet" title={words.title} description={words.text} />
      <DataView query={quiet} label={words.loading}>
        {(saved) => <QuietForm key={JSON.stringify(saved)} saved={saved} />}
      </DataView>
    </Panel>
  );
}

function QuietForm({ saved }: { saved: Quiet }) {
  const mayOperate = useMay('alerts:operate');
  const save = useSaveQuiet();
  const [quiet, setQuiet] = useState(saved);
  const change = (part: Partial<Quiet>) => setQuiet((old) => ({ ...old, ...part }));
  const time = (name: 'from' | 'to') => (
    <Field label={words[name]} error={fieldProblem(save.error, `body.${name}`)}>
      {(control) => (
        <Input
          {...control}
          type="time"
          required
          disabled={!mayOperate}
          value={quiet[name]}
          onChange={(event) => change({ [name]: event.target.value })}
        />
      )}
    </Field>
  );
  return (
    <form
      className="flex flex-col gap-4 px-4 pb-6 md:px-6"
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate(quiet);
      }}
    >
      <Checkbox
        label={words.isOn}
        disabled={!mayOperate}
        checked={quiet.isOn}
        onChange={(event) => change({ isOn: event.target.checked })}
      />
      <div className="grid grid-cols-2 gap-4 md:max-w-2xl md:grid-cols-[8rem_8rem_minmax(0,1fr)]">
        {time('from')}
        {time('to')}
        <div className="max-md:col-span-2">
          <Field label={words.zone} help={words.zoneHelp} error={fieldProblem(save.error, 'body.zone')}>
            {(control) => (
              <Input
                {...control}
                required
                spellCheck={false}
                disabled={!mayOperate}
                maxLength={64}
                value={quiet.zone}
                onChange={(event) => change({ zone: event.target.value })}
              />
            )}
          </Field>
        </div>
      </div>
      <Checkbox
        label={words.critical}
        disabled={!mayOperate}
        checked={quiet.letsCriticalThrough}
        onChange={(event) => change({ letsCriticalThrough: event.target.checked })}
      />
      {save.error !== null && <ErrorStrip trouble={troubleOf(save.error, errorCopy)} />}
      {mayOperate && (
        <Button type="submit" className="self-start" isBusy={save.isPending}>
          {words.save}
        </Button>
      )}
    </form>
  );
}
