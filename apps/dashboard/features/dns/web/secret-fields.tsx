import { Field, Input } from '@nebula/ui';
import { providerCopy } from './provider-copy.ts';
import { type Draft, secretOf } from './provider-draft.ts';

const words = providerCopy.dialog;

/** Secrets, which are entered and never shown again. */
export function SecretFields({
  draft,
  kept,
  problem,
  onChange,
}: {
  draft: Draft;
  /** Names of those that are kept already. */
  kept: string[];
  problem: string | undefined;
  onChange: (changes: Partial<Draft>) => void;
}) {
  const name = secretOf(draft.kind);
  if (name === null) return null;
  const keptZones = kept.flatMap((one) => (one.startsWith('token:') ? [one.slice(6)] : [])).join(', ');
  return (
    <>
      <Field
        label={words.secrets[name]}
        help={kept.includes(name) ? words.kept : undefined}
        isOptional={draft.kind === 'zoneedit'}
        error={problem}
      >
        {(control) => (
          <Input
            {...control}
            type="password"
            required={draft.kind !== 'zoneedit' && !kept.includes(name)}
            value={draft.secret}
            maxLength={4096}
            autoComplete="new-password"
            onChange={(event) => onChange({ secret: event.target.value })}
          />
        )}
      </Field>
      {draft.kind === 'zoneedit' && (
        <Field
          label={words.tokens}
          help={keptZones === '' ? words.tokensHelp : `${words.tokensHelp} ${words.tokensKept(keptZones)}`}
          isOptional
        >
          {(control) => (
            <textarea
              {...control}
              rows={3}
              value={draft.tokens}
              autoComplete="off"
              autoCapitalize="none"
              spellCheck={false}
              className="w-full rounded-md border border-edge bg-canvas px-3 py-2 font-mono text-base text-ink hover:border-accent"
              onChange={(event) => onChange({ tokens: event.target.value })}
            />
          )}
        </Field>
      )}
    </>
  );
}
