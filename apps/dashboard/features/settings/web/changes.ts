import { ApiError } from '@nebula/contract/client';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api, notify, troubleOf } from '../../../web/feature.ts';
import type { SettingView } from '../contract.ts';
import { copy, errorCopy } from './copy.ts';
import { settingsQuery } from './queries.ts';

/** Gives a setting a value. */
export function useChange(variable: string) {
  return useSettingChange(
    copy.saved(variable),
    (body: { value: string; seen: string | null }) => api.settings.change({ params: { variable }, body }),
    // Where somebody has typed, both values are shown beside the field.
    { isConflictShown: true },
  );
}

/** Sets a setting back to its default. */
export function useReset(variable: string) {
  return useSettingChange(
    copy.wasReset(variable),
    (seen: string | undefined) => api.settings.reset({ params: { variable }, query: { seen } }),
    { isConflictShown: false },
  );
}

function useSettingChange<Input>(
  done: string,
  change: (input: Input) => Promise<SettingView>,
  { isConflictShown }: { isConflictShown: boolean },
) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSuccess(setting) {
      client.setQueryData(
        settingsQuery.queryKey,
        (all) =>
          all && { items: all.items.map((one) => (one.variable === setting.variable ? setting : one)) },
      );
      notify({ kind: 'success', title: done });
    },
    onError(error) {
      void client.invalidateQueries({ queryKey: settingsQuery.queryKey });
      if (isConflictShown && error instanceof ApiError && error.code === 'CONFLICT') return;
      const { sentence, nextStep } = troubleOf(error, errorCopy);
      notify({ kind: 'error', title: copy.failed, description: `${sentence} ${nextStep}` });
    },
  });
}
