import { BusyMark, ErrorStrip } from '@nebula/ui';
import { useQuery } from '@tanstack/react-query';
import { CircleCheck, CircleX } from 'lucide-react';
import { useEffect, useState } from 'react';
import { troubleOf } from '../../../web/feature.ts';
import type { Inspection } from '../contract.ts';
import { copy, errorCopy } from './copy.ts';
import { Gate } from './gate-note.tsx';
import { checkQuery } from './queries.ts';

type Texts = { name: string; text: string }[];

const pauseMs = 500;

/** Asks the server what these texts would do, whenever the typing pauses. */
export function useCheck(name: string, files: Texts, isEnabled: boolean) {
  const key = JSON.stringify(files);
  const [settled, setSettled] = useState(key);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(key), pauseMs);
    return () => clearTimeout(timer);
  }, [key]);
  const texts: Texts = JSON.parse(settled);
  const query = useQuery({ ...checkQuery(name, texts), enabled: isEnabled && texts.length > 0 });
  return { ...query, isSettled: settled === key && !query.isFetching };
}

/** What applying would do: what is wrong, what is fetched, which ports are taken, and the gate. */
export function CheckPanel({
  check,
  isAgreed,
  onAgree,
}: {
  check: ReturnType<typeof useCheck>;
  isAgreed: boolean;
  onAgree: (isAgreed: boolean) => void;
}) {
  const { data, error, isSettled } = check;
  return (
    <section aria-label={copy.check.title} className="flex min-w-0 flex-col gap-3">
      {error !== null && <ErrorStrip trouble={troubleOf(error, errorCopy)} />}
      {data === undefined ? (
        error === null && (
          <p className="flex items-center gap-2 text-soft" role="status">
            <BusyMark /> {copy.check.busy}
          </p>
        )
      ) : (
        <>
          <Verdict inspection={data} isSettled={isSettled} />
          <Parts inspection={data} />
          {data.gate.length > 0 && (
            <Gate id="check-gate" inspection={data} isAgreed={isAgreed} onAgree={onAgree} />
          )}
        </>
      )}
    </section>
  );
}

function Verdict({ inspection: { problems }, isSettled }: { inspection: Inspection; isSettled: boolean }) {
  return (
    <div role="status" aria-busy={!isSettled}>
      {problems.length === 0 ? (
        <p className="flex items-center gap-2 text-success">
          <CircleCheck aria-hidden size={16} />
          {copy.check.fine}
        </p>
      ) : (
        <ul className="flex flex-col gap-2">
          {problems.map(({ file, line, message }) => (
            <li key={`${file} ${line} ${message}`} className="flex items-start gap-2 text-danger">
              <CircleX aria-hidden size={16} className="mt-1 shrink-0" />
              <span className="min-w-0">
                {file !== '' && (
                  <span translate="no" className="mr-2 font-medium">
                    {copy.check.problem(file, line)}
                  </span>
                )}
                <span translate="no" className="break-words">
                  {message}
                </span>
              </span>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

function Parts({ inspection: { images, ports } }: { inspection: Inspection }) {
  return (
    <div className="grid gap-3 text-sm sm:grid-cols-2">
      {images.length > 0 && (
        <div className="min-w-0">
          <h3 className="text-muted">{copy.check.images}</h3>
          <ul>
            {images.map(({ image, isHere }) => (
              <li key={image} className="flex flex-wrap gap-x-2">
                <bdi translate="no" className="break-all">
                  {image}
                </bdi>
                <span className="text-muted">{isHere ? copy.check.here : copy.check.toFetch}</span>
              </li>
            ))}
          </ul>
        </div>
      )}
      {ports.length > 0 && (
        <div className="min-w-0">
          <h3 className="text-muted">{copy.check.ports}</h3>
          <ul>
            {ports.map(({ address, port, protocol, takenBy }) => (
              <li key={`${address} ${port} ${protocol}`} className="figures flex flex-wrap gap-x-2">
                <span translate="no">
                  {address}:{port}/{protocol}
                </span>
                <span className={takenBy === null ? 'text-muted' : 'text-warning'}>
                  {takenBy === null ? copy.check.free : copy.check.taken(takenBy)}
                </span>
              </li>
            ))}
          </ul>
        </div>
      )}
    </div>
  );
}
