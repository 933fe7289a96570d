import { Check, Copy, X } from 'lucide-react';
import { useEffect, useState } from 'react';
import { IconButton } from './button.tsx';
import { texts } from './texts.ts';

type Outcome = 'none' | 'copied' | 'refused';
const marks = { none: Copy, copied: Check, refused: X };

/** Copies `text` and says whether that worked; browsers refuse it outside https and localhost. */
export function CopyButton({ text, label }: { text: string; label: string }) {
  const [outcome, setOutcome] = useState<Outcome>('none');
  useEffect(() => {
    if (outcome === 'none') return undefined;
    const timer = setTimeout(() => setOutcome('none'), 3000);
    return () => clearTimeout(timer);
  }, [outcome]);

  async function copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(text);
      setOutcome('copied');
    } catch {
      // Outside a secure context there is no clipboard; the text stays selectable.
      setOutcome('refused');
    }
  }

  return (
    <>
      <IconButton icon={marks[outcome]} label={label} onClick={copy} />
      <span role="status" className="sr-only">
        {outcome === 'copied' && texts.copied}
        {outcome === 'refused' && texts.copyRefused}
      </span>
    </>
  );
}
