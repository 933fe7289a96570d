import { BackLink } from '../../../web/feature.ts';
import { copy } from './copy.ts';

/** The way back to the list. */
export function DomainsBackLink() {
  return <BackLink to="/domains">{copy.back}</BackLink>;
}
