import { IconButton, Input } from '@nebula/ui';
import { Eye, EyeOff } from 'lucide-react';
import { type ComponentProps, useState } from 'react';
import { copy } from './copy.ts';

/** A password box with a switch that shows what was typed. */
export function PasswordInput(props: ComponentProps<'input'>) {
  const [isShown, setShown] = useState(false);
  return (
    <div className="relative">
      <Input {...props} type={isShown ? 'text' : 'password'} spellCheck={false} className="pr-12" />
      <IconButton
        icon={isShown ? EyeOff : Eye}
        label={isShown ? copy.hidePassword : copy.showPassword}
        onClick={() => setShown(!isShown)}
        className="absolute inset-y-0 right-0 my-auto"
      />
    </div>
  );
}
