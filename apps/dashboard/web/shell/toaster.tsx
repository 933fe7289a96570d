import { useEffect } from 'react';
import { Toaster as Sonner, toast } from 'sonner';
import { type Notice, onNotice, takeNotices } from './notify.ts';

/** Where results of what the person did appear; on phones above the bottom bar. */
export function Toaster() {
  useEffect(() => {
    const showAll = () => {
      for (const notice of takeNotices()) show(notice);
    };
    showAll();
    return onNotice(showAll);
  }, []);
  return (
    <Sonner
      theme="dark"
      position="bottom-right"
      className="font-sans!"
      mobileOffset={{ bottom: '5.5rem' }}
      toastOptions={{
        unstyled: true,
        classNames: {
          toast:
            'flex w-full items-start gap-3 rounded-lg border border-hairline bg-raised p-4 pr-12 text-ink shadow-panel',
          content: 'flex-1 min-w-0',
          title: 'font-medium',
          description: 'mt-1 text-sm text-soft break-words',
          actionButton:
            'min-h-8 shrink-0 self-center rounded-md border border-edge bg-raised px-3 font-medium text-ink hover:bg-hover',
          icon: 'mt-0.5 shrink-0',
          success: '[&_[data-icon]]:text-success',
          error: '[&_[data-icon]]:text-danger',
          closeButton:
            'absolute! top-2! right-2! left-auto! transform-none! flex size-8! border-0! bg-transparent! items-center justify-center rounded-md text-soft! hover:bg-hover! hover:text-ink! [&_svg]:size-4',
        },
      }}
    />
  );
}

function show({ kind, title, description, action }: Notice): void {
  const isError = kind === 'error';
  toast[kind](title, {
    ...(description === undefined ? {} : { description }),
    ...(action === undefined ? {} : { action: { label: action.label, onClick: action.run } }),
    duration: isError ? Number.POSITIVE_INFINITY : 4000,
    closeButton: isError,
  });
}
