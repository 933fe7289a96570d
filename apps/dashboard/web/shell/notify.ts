/** What a toast says: the result of something the person did. */
export interface Notice {
  kind: 'success' | 'error';
  title: string;
  description?: string;
}

/** Shows a toast: success for 4 s, an error until it is dismissed. Its code is fetched with the first one. */
export async function notify({ kind, title, description }: Notice): Promise<void> {
  const { toast } = await import('sonner');
  toast[kind](title, {
    ...(description === undefined ? {} : { description }),
    duration: kind === 'error' ? Number.POSITIVE_INFINITY : 4000,
    closeButton: kind === 'error',
  });
}
