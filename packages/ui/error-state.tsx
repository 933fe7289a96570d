import { RotateCcw, TriangleAlert } from 'lucide-react';
import { Button } from './button.tsx';
import { CopyButton } from './copy-button.tsx';
import { texts } from './texts.ts';

/** An error as people read it: what happened, what to do next, and the request to name when asking for help. */
export interface Trouble {
  sentence: string;
  nextStep: string;
  requestId: string;
}

/** Shows a {@link Trouble} where the data would be, with a way to try again. */
export function ErrorState({ trouble, onRetry }: { trouble: Trouble; onRetry?: () => void }) {
  return (
    <div role="alert" className="flex flex-col items-center gap-3 px-6 py-12 text-center">
      <span className="rounded-full border border-hairline bg-raised p-4 text-danger">
        <TriangleAlert aria-hidden size={28} strokeWidth={1.5} />
      </span>
      <TroubleText trouble={trouble} />
      {onRetry !== undefined && (
        <Button icon={RotateCcw} onClick={onRetry}>
          {texts.tryAgain}
        </Button>
      )}
    </div>
  );
}

/** A {@link Trouble} as a strip above what is still there: a form, or data that could not be refreshed. */
export function ErrorStrip({ trouble, onRetry }: { trouble: Trouble; onRetry?: () => void }) {
  return (
    <div
      role="alert"
      className="flex flex-wrap items-center gap-3 rounded-md border border-danger bg-raised px-3 py-2"
    >
      <TriangleAlert aria-hidden size={18} className="shrink-0 text-danger" />
      <div className="min-w-0 flex-1">
        <TroubleText trouble={trouble} isCompact />
      </div>
      {onRetry !== undefined && (
        <Button tone="ghost" icon={RotateCcw} onClick={onRetry}>
          {texts.tryAgain}
        </Button>
      )}
    </div>
  );
}

function TroubleText({ trouble, isCompact = false }: { trouble: Trouble; isCompact?: boolean }) {
  return (
    <>
      <p className={isCompact ? 'font-medium' : 'max-w-prose text-lg font-semibold'}>{trouble.sentence}</p>
      <p className={isCompact ? 'text-sm text-soft' : 'max-w-prose text-soft'}>{trouble.nextStep}</p>
      {trouble.requestId !== '' && (
        <p className="flex max-w-full items-center gap-1 text-sm text-muted">
          <span>{texts.request}</span>
          <code className="min-w-0 truncate font-mono text-xs">{trouble.requestId}</code>
          <CopyButton text={trouble.requestId} label={texts.copyRequest} />
        </p>
      )}
    </>
  );
}
