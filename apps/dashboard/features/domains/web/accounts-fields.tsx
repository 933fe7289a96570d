import { Field, FormRows, Input } from '@nebula/ui';
import type { AccountRow } from './draft.ts';
import { formCopy } from './form-copy.ts';
import type { OptionsProps } from './options-fields.tsx';

const words = formCopy.options;

/** Who gets in by a password. Passwords are typed and never shown again. */
export function AccountsFields({ draft, change, problem }: OptionsProps) {
  return (
    <FormRows<AccountRow>
      title={words.accounts}
      help={words.accountsHelp}
      addLabel={words.addAccount}
      rows={draft.accounts}
      fresh={(key) => ({ key, username: '', password: '', isKept: false })}
      onChange={(accounts) => change({ accounts })}
    >
      {(row, set) => (
        <>
          <div className="md:col-span-2">
            <Field label={words.username}>
              {(control) => (
                <Input
                  {...control}
                  value={row.username}
                  readOnly={row.isKept}
                  maxLength={64}
                  autoComplete="off"
                  autoCapitalize="none"
                  spellCheck={false}
                  onChange={(event) => set({ username: event.target.value })}
                />
              )}
            </Field>
          </div>
          <div className="md:col-span-2">
            <Field
              label={row.isKept ? words.newPassword : words.password}
              help={row.isKept ? words.newPasswordHelp : words.passwordHelp}
              error={problem(`passwords.${row.username.trim()}`)}
            >
              {(control) => (
                <Input
                  {...control}
                  type="password"
                  value={row.password}
                  maxLength={72}
                  autoComplete="new-password"
                  onChange={(event) => set({ password: event.target.value })}
                />
              )}
            </Field>
          </div>
        </>
      )}
    </FormRows>
  );
}
