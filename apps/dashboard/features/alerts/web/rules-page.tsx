import {
  Button,
  Checkbox,
  ConfirmDialog,
  formatDuration,
  IconButton,
  Panel,
  PanelHeader,
  StatusPill,
} from '@nebula/ui';
import { CircleAlert, Pencil, Plus, SlidersHorizontal, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { LineList, useMay, usePages, useRowKeys } from '../../../web/feature.ts';
import type { Rule } from '../contract.ts';
import { AlertsTabs } from './alerts-tabs.tsx';
import { useRemoveRule, useTurnRule } from './changes.ts';
import { severityLook, valueWords } from './look.ts';
import { rulesQuery } from './queries.ts';
import { QuietPanel } from './quiet-panel.tsx';
import { ruleCopy } from './rule-copy.ts';
import { RuleDialog } from './rule-dialog.tsx';
import { SilencesPanel } from './silences-panel.tsx';
import { copy } from './copy.ts';

/** What is judged, and when nobody is told. */
export function RulesPage() {
  const list = usePages(rulesQuery);
  const mayOperate = useMay('alerts:operate');
  const place = useRowKeys<HTMLElement>();
  const [edited, setEdited] = useState<Rule | 'new' | null>(null);
  const [doomed, setDoomed] = useState<Rule | null>(null);
  return (
    <>
      <AlertsTabs />
      <Panel ref={place} aria-labelledby="alert-rules">
        <PanelHeader
          id="alert-rules"
          title={copy.tabs.rules}
          description={ruleCopy.text}
          actions={
            mayOperate && (
              <Button icon={Plus} tone="primary" onClick={() => setEdited('new')}>
                {ruleCopy.add}
              </Button>
            )
          }
        />
        <LineList
          list={list}
          label={copy.tabs.rules}
          loading={ruleCopy.loading}
          none={ruleCopy.none}
          icon={SlidersHorizontal}
          line={(rule) => (
            <RuleLine
              key={rule.id}
              rule={rule}
              mayOperate={mayOperate}
              onEdit={() => setEdited(rule)}
              onRemove={() => setDoomed(rule)}
            />
          )}
        />
      </Panel>
      <QuietPanel />
      <SilencesPanel />
      {edited !== null && (
        <RuleDialog before={edited === 'new' ? null : edited} onClose={() => setEdited(null)} />
      )}
      {doomed !== null && <RemoveDialog rule={doomed} onClose={() => setDoomed(null)} />}
    </>
  );
}

interface RuleLineProps {
  rule: Rule;
  mayOperate: boolean;
  onEdit: () => void;
  onRemove: () => void;
}

function RuleLine({ rule, mayOperate, onEdit, onRemove }: RuleLineProps) {
  const turn = useTurnRule(rule);
  const { tone, icon, word } = severityLook(rule.severity);
  return (
    <li
      data-row
      className="grid grid-cols-[minmax(0,1fr)_auto] items-center gap-x-4 gap-y-2 border-t border-hairline px-4 py-3 md:grid-cols-[7rem_minmax(0,1fr)_auto_auto] md:px-6"
    >
      <span className="max-md:order-2">
        <StatusPill tone={rule.isOn ? tone : 'paused'} icon={icon}>
          {word}
        </StatusPill>
      </span>
      <span className="min-w-0">
        <bdi className="block font-medium break-words" translate="no">
          {rule.name}
        </bdi>
        <span className="block text-sm text-soft">{sentenceOf(rule)}</span>
      </span>
      <span className="flex flex-wrap items-center gap-3 justify-self-end max-md:order-3">
        {rule.open > 0 && (
          <StatusPill tone="down" icon={CircleAlert}>
            {ruleCopy.open(rule.open)}
          </StatusPill>
        )}
        {mayOperate ? (
          <Checkbox
            label={ruleCopy.fields.isOn}
            aria-label={ruleCopy.turn(rule.name)}
            checked={rule.isOn}
            disabled={turn.isPending}
            onChange={(event) => turn.mutate(event.target.checked)}
          />
        ) : (
          !rule.isOn && <span className="text-sm text-muted">{ruleCopy.off}</span>
        )}
      </span>
      {mayOperate && (
        <span className="flex justify-self-end max-md:order-1">
          <IconButton icon={Pencil} label={ruleCopy.edit(rule.name)} onClick={onEdit} />
          <IconButton icon={Trash2} label={ruleCopy.remove(rule.name)} onClick={onRemove} />
        </span>
      )}
    </li>
  );
}

/** A rule in a sentence: what, from where on, for how long, about what. */
function sentenceOf({ kind, threshold, forSeconds, only }: Rule): string {
  const limit = valueWords(kind, threshold);
  const time = forSeconds === 0 ? ruleCopy.atOnce : ruleCopy.forTime(formatDuration(forSeconds * 1000));
  const about = only.length === 0 ? ruleCopy.everything : ruleCopy.some(only.length);
  return [ruleCopy.kinds[kind], limit, time, about].filter((part) => part !== '').join(' · ');
}

function RemoveDialog({ rule, onClose }: { rule: Rule; onClose: () => void }) {
  const remove = useRemoveRule(rule);
  return (
    <ConfirmDialog
      isOpen
      onClose={onClose}
      title={ruleCopy.removeTitle}
      confirmLabel={ruleCopy.removeConfirm}
      tone="danger"
      isBusy={remove.isPending}
      onConfirm={() => remove.mutate(undefined, { onSettled: onClose })}
    >
      {ruleCopy.removeText}
    </ConfirmDialog>
  );
}
