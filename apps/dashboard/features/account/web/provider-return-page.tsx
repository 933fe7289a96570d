import { buttonClasses, Delayed, ErrorStrip, Skeleton } from '@nebula/ui';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { api, sessionQuery, signedIn } from '../../../web/feature.ts';
import type { SecondStep } from '../contract.ts';
import { troubleWith } from './changes.ts';
import { copy } from './copy.ts';
import { nextPath } from './next-path.ts';
import { takeNext } from './next-place.ts';
import { PublicCard } from './public-card.tsx';
import { SecondStepForm } from './second-step-form.tsx';

let query: string | null = null;

/** Where the provider sends the browser back to; the page takes what it brought, so that cookies of this site alone count. */
export function ProviderReturnPage() {
  const client = useQueryClient();
  const navigate = useNavigate();
  const [steps, setSteps] = useState<SecondStep[] | null>(null);
  const finish = useMutation({
    mutationFn: (text: string) => api.account.finishProvider({ body: { query: text } }),
    onSuccess: async ({ secondStep, isLinked, ...answer }) => {
      if (isLinked) {
        await client.invalidateQueries({ queryKey: sessionQuery.queryKey });
        return await navigate({ to: '/account', replace: true });
      }
      if (secondStep !== null) return setSteps(secondStep);
      signedIn(client, answer);
      await navigate({ to: nextPath(takeNext()), replace: true });
    },
  });
  const { mutate } = finish;
  useEffect(() => {
    const brought = takeQuery();
    if (brought !== null) mutate(brought);
  }, [mutate]);

  if (steps !== null) {
    const goOn = async () => await navigate({ to: nextPath(takeNext()), replace: true });
    return (
      <SecondStepForm
        steps={steps}
        onDone={goOn}
        onAgain={() => void navigate({ to: '/sign-in', replace: true })}
      />
    );
  }
  return (
    <PublicCard title={copy.provider.title}>
      {finish.error === null ? (
        <Delayed>
          <p className="sr-only">{copy.provider.linking}</p>
          <Skeleton className="h-9" />
        </Delayed>
      ) : (
        <div className="flex flex-col gap-6">
          <ErrorStrip trouble={troubleWith(finish.error)} />
          <Link to="/sign-in" className={buttonClasses('primary')}>
            {copy.provider.back}
          </Link>
        </div>
      )}
    </PublicCard>
  );
}

/** What the address brought, once: it works once, and stays out of the history. */
function takeQuery(): string | null {
  const { search, pathname } = window.location;
  if (search.length <= 1 || search === query) return null;
  query = search;
  window.history.replaceState(window.history.state, '', pathname);
  return search.slice(1);
}
