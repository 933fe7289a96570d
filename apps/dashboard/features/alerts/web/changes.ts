import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api, notify, troubleOf } from '../../../web/feature.ts';
import type {
  Channel,
  ChannelInput,
  DeviceInput,
  Quiet,
  Rule,
  RuleInput,
  SilenceInput,
  TestOutcome,
} from '../contract.ts';
import { channelCopy } from './channel-copy.ts';
import { copy, errorCopy } from './copy.ts';
import { keys } from './queries.ts';
import { ruleCopy } from './rule-copy.ts';
import type { z } from 'zod';

/** What is said when a change worked, and when it did not (nothing where a form says it). */
interface Words<I, T> {
  done?: (answer: T, input: I) => string;
  failed?: string;
}

function useChange<I, T>(make: (input: I) => Promise<T>, { done, failed }: Words<I, T>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: make,
    onSuccess: (answer, input) => {
      if (done !== undefined) notify({ kind: 'success', title: done(answer, input) });
      return client.invalidateQueries({ queryKey: keys.all });
    },
    onError: (error) => {
      if (failed !== undefined) tellFailure(failed, error);
    },
  });
}

/** Tells that something did not work, and what to do. */
export function tellFailure(title: string, error: unknown): void {
  const { sentence, nextStep } = troubleOf(error, errorCopy);
  notify({ kind: 'error', title, description: `${sentence} ${nextStep}` });
}

export function useAcknowledge() {
  return useChange((ids: string[]) => api.alerts.acknowledge({ body: { ids } }), {
    done: ({ acknowledged }) => copy.acknowledged(acknowledged),
    failed: copy.notAcknowledged,
  });
}

export function useSnooze(id: string) {
  return useChange((minutes: number) => api.alerts.snooze({ params: { id }, body: { minutes } }), {
    done: (_, minutes) => (minutes === 0 ? copy.snooze.ended : copy.snooze.done),
    failed: copy.snooze.failed,
  });
}

/** Mutes a subject, a rule, or everything. */
export function useSilence(words: { done: string; failed?: string }) {
  return useChange((body: z.input<typeof SilenceInput>) => api.alerts.silence({ body }), {
    done: () => words.done,
    ...(words.failed === undefined ? {} : { failed: words.failed }),
  });
}

export function useEndSilence(id: string) {
  return useChange<void, void>(() => api.alerts.endSilence({ params: { id } }), {
    done: () => ruleCopy.silences.ended,
    failed: ruleCopy.silences.failed,
  });
}

/** Keeps a new rule, or one that is there; a form shows what was wrong. */
export function useSaveRule(id: string | null) {
  return useChange(
    (body: RuleInput) =>
      id === null ? api.alerts.addRule({ body }) : api.alerts.changeRule({ params: { id }, body }),
    { done: ({ name }) => ruleCopy.saved(name) },
  );
}

/** Turns a rule on or off. */
export function useTurnRule({ id, open: _open, updatedAt: _at, ...rule }: Rule) {
  return useChange((isOn: boolean) => api.alerts.changeRule({ params: { id }, body: { ...rule, isOn } }), {
    done: ({ name }) => ruleCopy.saved(name),
    failed: ruleCopy.notSaved,
  });
}

export function useRemoveRule({ id, name }: Pick<Rule, 'id' | 'name'>) {
  return useChange<void, void>(() => api.alerts.removeRule({ params: { id } }), {
    done: () => ruleCopy.removed(name),
    failed: ruleCopy.notSaved,
  });
}

export function usePreview() {
  return useMutation({ mutationFn: (body: RuleInput) => api.alerts.preview({ body }) });
}

export function useSaveQuiet() {
  return useChange((body: Quiet) => api.alerts.changeQuiet({ body }), { done: () => ruleCopy.quiet.saved });
}

/** Keeps a new channel, or one that is there; a form shows what was wrong. */
export function useSaveChannel(id: string | null) {
  return useChange(
    (body: ChannelInput) =>
      id === null ? api.alerts.addChannel({ body }) : api.alerts.changeChannel({ params: { id }, body }),
    { done: ({ name }) => channelCopy.saved(name) },
  );
}

export function useRemoveChannel({ id, name }: Pick<Channel, 'id' | 'name'>) {
  return useChange<void, void>(() => api.alerts.removeChannel({ params: { id } }), {
    done: () => channelCopy.removed(name),
    failed: channelCopy.failed,
  });
}

/** Sends a test and says at which layer it was stopped. */
export function useTry(send: () => Promise<TestOutcome>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: send,
    onSuccess: (outcome) => {
      tellOutcome(outcome);
      return client.invalidateQueries({ queryKey: keys.all });
    },
    onError: (error) => tellFailure(channelCopy.tried.notSent, error),
  });
}

function tellOutcome({ outcome, layer, detail }: TestOutcome): void {
  const words = channelCopy.tried;
  if (outcome === 'sent') return notify({ kind: 'success', title: words.sent, description: detail });
  const title =
    outcome === 'unknown' || layer === null ? words.unknown : words.failed(channelCopy.layers[layer]);
  notify({ kind: 'error', title, description: detail });
}

export function useAddDevice() {
  return useChange(
    (make: () => Promise<z.infer<typeof DeviceInput>>) =>
      make().then((body) => api.alerts.addDevice({ body })),
    {
      done: () => channelCopy.devices.added,
    },
  );
}

export function useRemoveDevice(id: string) {
  return useChange<void, void>(() => api.alerts.removeDevice({ params: { id } }), {
    done: () => channelCopy.devices.removed,
    failed: channelCopy.devices.notRemoved,
  });
}
