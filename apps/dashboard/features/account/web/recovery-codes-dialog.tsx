import { Button, CopyButton, Dialog } from '@nebula/ui';
import { copy } from './copy.ts';

/** Shows recovery codes this once. */
export function RecoveryCodesDialog({ codes, onClose }: { codes: string[]; onClose: () => void }) {
  const words = copy.recovery;
  return (
    <Dialog
      isOpen
      isFirm
      onClose={onClose}
      title={words.shownTitle}
      description={words.shownText}
      actions={
        <Button tone="primary" onClick={onClose}>
          {words.done}
        </Button>
      }
    >
      <div className="flex items-start gap-2 rounded-md border border-edge bg-canvas p-3">
        <ol aria-label={words.title} className="grid flex-1 gap-x-6 gap-y-2 md:grid-cols-2">
          {codes.map((code) => (
            <li key={code}>
              <code className="font-mono text-sm whitespace-nowrap select-all">{code}</code>
            </li>
          ))}
        </ol>
        <CopyButton text={codes.join('\n')} label={words.copy} />
      </div>
    </Dialog>
  );
}
