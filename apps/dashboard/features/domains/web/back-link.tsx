import { Link } from '@tanstack/react-router';
import { ArrowLeft } from 'lucide-react';
import { copy } from './copy.ts';

/** The way back to the list. */
export function BackLink() {
  return (
    <Link
      to="/domains"
      className="card inline-flex min-h-11 items-center gap-2 self-start px-4 text-soft hover:text-ink md:min-h-9"
    >
      <ArrowLeft aria-hidden size={16} />
      {copy.back}
    </Link>
  );
}
