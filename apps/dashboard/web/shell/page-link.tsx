import { useRouter } from '@tanstack/react-router';
import type { ComponentProps, MouseEvent } from 'react';

/** Props of {@link PageLink}: those of an `<a>`, with a path of our own. */
export interface PageLinkProps extends Omit<ComponentProps<'a'>, 'href'> {
  to: string;
  /** Called when it is followed here, not in a new tab. */
  onFollow?: () => void;
}

/**
 * A link to another page for rows of lists: the router's own follows the address and prepares its page, which is too dear a
 * hundred times over. New tabs and downloads stay the browser's business.
 */
export function PageLink({ to, onFollow, children, ...rest }: PageLinkProps) {
  const router = useRouter();
  function follow(event: MouseEvent): void {
    const isPlain =
      event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
    if (!isPlain) return;
    event.preventDefault();
    onFollow?.();
    void router.navigate({ to });
  }
  return (
    <a {...rest} href={to} onClick={follow}>
      {children}
    </a>
  );
}
