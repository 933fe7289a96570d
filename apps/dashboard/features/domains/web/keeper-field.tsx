import { Checkbox, Field, LoadingRows, Select } from '@nebula/ui';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { PageLink } from '../../../web/feature.ts';
import { copy } from './copy.ts';
import { keeperOf, keeperWord } from './draft.ts';
import { formCopy } from './form-copy.ts';
import { zonesQuery } from './queries.ts';
import { zonesOf } from './zones.ts';

const words = formCopy.dns;

/** The keepers that may hold a name: the longest zone first, elsewhere last. Undefined until the zones are known. */
export function useKeepers(name: string): { word: string; title: string }[] | undefined {
  const { data } = useQuery(zonesQuery);
  if (data === undefined) return undefined;
  return [
    ...zonesOf(name, data).map(({ providerId, providerName, zone }) => ({
      word: keeperWord({ kind: 'provider', providerId, zone }),
      title: words.zoneAt(zone, providerName),
    })),
    { word: 'elsewhere', title: words.elsewhere },
  ];
}

/** Who keeps the records of a name; `value` is a word of `keeperWord`, or empty for the first that is offered. */
export function KeeperField({
  name,
  value,
  isFollowing,
  error,
  onChange,
  onFollow,
}: {
  name: string;
  value: string;
  error: string | undefined;
  onChange: (word: string) => void;
  /** Whether the records follow the public address. */
  isFollowing: boolean;
  onFollow: (isFollowing: boolean) => void;
}) {
  const zones = useQuery(zonesQuery);
  const keepers = useKeepers(name);
  if (keepers === undefined && zones.error === null) return <LoadingRows label={words.loading} rows={1} />;
  const offered = keepers ?? [{ word: 'elsewhere', title: words.elsewhere }];
  const chosen = value === '' ? (offered[0]?.word ?? 'elsewhere') : value;
  const { zone = '' } = { zone: '', ...keeperOf(chosen) };
  return (
    <div className="flex flex-col gap-2">
      <Field
        label={words.keeper}
        error={error}
        help={chosen === 'elsewhere' ? words.elsewhereHelp : words.providerHelp}
      >
        {(control) => (
          <Select {...control} value={chosen} onChange={(event) => onChange(event.target.value)}>
            {!offered.some(({ word }) => word === chosen) && (
              <option value={chosen} translate="no">
                {zone}
              </option>
            )}
            {offered.map(({ word, title }) => (
              <option key={word} value={word} translate={word === 'elsewhere' ? undefined : 'no'}>
                {title}
              </option>
            ))}
          </Select>
        )}
      </Field>
      {chosen !== 'elsewhere' && (
        <Checkbox
          label={copy.dns.follows}
          help={copy.dns.followsHelp}
          checked={isFollowing}
          onChange={(event) => onFollow(event.target.checked)}
        />
      )}
      {offered.length === 1 && (
        <AddProvider>{zones.data?.length === 0 ? words.noProvider : words.noZone}</AddProvider>
      )}
    </div>
  );
}

/** A sentence about zones that are missing, and the way to a provider that has some. */
export function AddProvider({ children }: { children: ReactNode }) {
  return (
    <p className="flex flex-wrap items-center gap-x-2 text-sm text-soft">
      {children}
      <PageLink
        to="/dns/providers"
        className="inline-flex min-h-11 items-center text-link underline-offset-4 hover:underline md:min-h-6"
      >
        {words.addProvider}
      </PageLink>
    </p>
  );
}
