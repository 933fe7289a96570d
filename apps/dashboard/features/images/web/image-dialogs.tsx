import { ConfirmDialog } from '@nebula/ui';
import { AskName, RemoveByName } from '../../../web/feature.ts';
import type { Image } from '../contract.ts';
import { usePull, useRemoveImage, useTag } from './changes.ts';
import { copy, errorCopy } from './copy.ts';

/** Asks which image to fetch. */
export function PullDialog({ onClose }: { onClose: () => void }) {
  const pull = usePull();
  const { command, text, image, imageHelp, confirm } = copy.pull;
  return (
    <AskName
      title={command}
      text={text}
      label={image}
      help={imageHelp}
      confirm={confirm}
      path="body.image"
      change={pull}
      copy={errorCopy}
      onClose={onClose}
    />
  );
}

/** Asks for a further name of an image. */
export function TagDialog({ image, onClose }: { image: Image; onClose: () => void }) {
  const tag = useTag(image);
  const { title, text, name, nameHelp, confirm } = copy.tag;
  return (
    <AskName
      title={title(image.name)}
      text={text}
      label={name}
      help={nameHelp}
      confirm={confirm}
      path="body.name"
      change={tag}
      copy={errorCopy}
      onClose={onClose}
    />
  );
}

/** Confirms a removal; an image that cannot be fetched again goes only under its typed name. */
export function RemoveDialog({ image, onClose }: { image: Image; onClose: () => void }) {
  const remove = useRemoveImage(image);
  const words = copy.remove;
  if (image.isOnlyCopy) {
    return (
      <RemoveByName
        name={image.name}
        title={words.title(image.name)}
        text={words.onlyText}
        confirm={words.command}
        isBusy={remove.isPending}
        onConfirm={(typed) => remove.mutate(typed, { onSuccess: onClose })}
        onClose={onClose}
      />
    );
  }
  return (
    <ConfirmDialog
      isOpen
      onClose={onClose}
      title={words.title(image.name)}
      confirmLabel={words.command}
      tone="danger"
      isBusy={remove.isPending}
      onConfirm={() => remove.mutate('', { onSuccess: onClose })}
    >
      {words.text}
    </ConfirmDialog>
  );
}
