import { Field, Input } from '@nebula/ui';
import { fieldProblem } from '../../../web/feature.ts';
import { copy } from './copy.ts';
import { PasswordInput } from './password-input.tsx';

interface FieldProps {
  value: string;
  onChange: (value: string) => void;
  /** What the server refused, if anything. */
  error: unknown;
  autoFocus?: boolean;
}

/** The name of the person whose account is made. */
export function NameField({ value, onChange, error, autoFocus = false }: FieldProps) {
  return (
    <Field label={copy.name} error={fieldProblem(error, 'body.name')}>
      {(control) => (
        <Input
          {...control}
          name="name"
          autoComplete="name"
          required
          autoFocus={autoFocus}
          maxLength={80}
          value={value}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  );
}

/** A password that is chosen now; its bounds are those of the contract. */
export function NewPasswordField({ value, onChange, error, autoFocus = false }: FieldProps) {
  return (
    <Field
      label={copy.setUp.newPassword}
      help={copy.setUp.passwordHelp}
      error={fieldProblem(error, 'body.password')}
    >
      {(control) => (
        <PasswordInput
          {...control}
          name="password"
          autoComplete="new-password"
          required
          autoFocus={autoFocus}
          minLength={12}
          maxLength={256}
          value={value}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  );
}
