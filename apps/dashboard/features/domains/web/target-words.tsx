import type { DomainTarget } from '../contract.ts';
import { copy } from './copy.ts';
import { targetText } from './looks.ts';

/** What a domain leads to, in words. */
export function TargetWords({ target }: { target: DomainTarget }) {
  const text = targetText(target);
  if (text === null) {
    const to = target.kind === 'redirect' ? target.to : '';
    return (
      <bdi translate="no" title={to}>
        {copy.target.redirect(to)}
      </bdi>
    );
  }
  const all = target.kind === 'addresses' ? target.upstreams.map(({ host }) => host).join(', ') : text.first;
  return (
    <>
      <bdi translate="no" title={all}>
        {text.first}
      </bdi>
      {text.more > 0 && ` ${copy.target.more(text.more)}`}
    </>
  );
}
