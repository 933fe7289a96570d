import { Toaster as Sonner } from 'sonner';

/** Where results of what the person did appear; below on phones, above the bottom bar. */
export function Toaster() {
  return (
    <Sonner
      theme="dark"
      position="bottom-right"
      mobileOffset={{ bottom: '5.5rem' }}
      toastOptions={{
        unstyled: true,
        classNames: {
          toast:
            'flex w-full items-start gap-3 rounded-lg border border-hairline bg-raised p-4 text-ink shadow-panel',
          content: 'flex-1 min-w-0',
          title: 'font-medium',
          description: 'mt-1 text-sm text-soft',
          icon: 'mt-0.5 shrink-0',
          success: '[&_[data-icon]]:text-success',
          error: '[&_[data-icon]]:text-danger',
          actionButton: 'shrink-0 rounded-md px-2 py-1 font-medium text-link hover:bg-hover',
        },
      }}
    />
  );
}
