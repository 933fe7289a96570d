import { canonicalName } from '../record.ts';

/**
 * The domain that somebody can register above a name, by the public suffix list, ICANN and private part:
 * `a.b.example.co.uk` gives `example.co.uk`. Null for a public suffix itself and for addresses.
 */
export async function registrableDomain(name: string): Promise<string | null> {
  // The list is large and loads with its first use.
  const { getDomain } = await import('tldts');
  return getDomain(canonicalName(name).replace(/^\*\./, ''), {
    allowPrivateDomains: true,
    validateHostname: false,
  });
}
