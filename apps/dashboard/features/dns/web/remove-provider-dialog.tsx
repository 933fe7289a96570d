import type { Provider } from '../contract.ts';
import { useRemoveProvider } from './changes.ts';
import { providerCopy as words } from './provider-copy.ts';
import { TypedNameDialog } from './typed-name-dialog.tsx';

/** Forgets a provider whose name was typed. */
export function RemoveProviderDialog({ provider, onClose }: { provider: Provider; onClose: () => void }) {
  const remove = useRemoveProvider(provider);
  const { name, keeps } = provider;
  return (
    <TypedNameDialog
      title={words.removeTitle(name)}
      text={words.removeText}
      name={name}
      label={words.removeName(name)}
      confirmLabel={words.removeConfirm}
      isBusy={remove.isPending}
      error={remove.error}
      onConfirm={() => remove.mutate(name, { onSuccess: onClose })}
      onClose={onClose}
    >
      {keeps.count > 0 && (
        <p className="break-words text-warning">
          {words.removeKeeps(keeps.names.join(', '), keeps.count - keeps.names.length)}
        </p>
      )}
    </TypedNameDialog>
  );
}
