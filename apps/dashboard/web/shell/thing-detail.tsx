import { CopyButton, type Fact } from '@nebula/ui';
import { texts } from './texts.ts';

const longest = 1000;

/** A fact that is a list of data, such as the names of a thing; says so when there is none. */
export function dataFact(term: string, values: readonly string[]): Fact {
  const told = values.filter((value) => value !== '');
  if (told.length === 0) return { term, value: <span className="text-muted">{texts.none}</span> };
  return {
    term,
    isData: true,
    value: told.map((value) => (
      <bdi key={value} className="block break-all">
        {value.slice(0, longest)}
      </bdi>
    )),
  };
}

/** The beginning of an id, and a button that copies the whole. */
export function ShortId({ id }: { id: string }) {
  return (
    <span className="flex items-center gap-1">
      <code className="font-mono text-sm">{id.replace(/^sha256:/, '').slice(0, 12)}</code>
      <CopyButton text={id} label={texts.copyId} />
    </span>
  );
}

/** Pairs of data, such as labels, below a title. */
export function DataPairs({
  title,
  pairs,
}: {
  title: string;
  pairs: readonly (readonly [string, string])[];
}) {
  if (pairs.length === 0) return null;
  return (
    <section className="px-4 pb-4 md:px-6">
      <h3 className="pb-2 text-sm text-muted">{title}</h3>
      <ul translate="no" className="flex flex-col gap-1">
        {pairs.map(([name, value], at) => (
          <li key={`${at} ${name}`} className="flex items-baseline gap-3 font-mono text-sm">
            <bdi className="min-w-0 flex-1 break-all text-soft">{name.slice(0, longest)}</bdi>
            <bdi className="figures max-w-1/2 min-w-0 shrink-0 break-all">{value.slice(0, longest)}</bdi>
          </li>
        ))}
      </ul>
    </section>
  );
}
