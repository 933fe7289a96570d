import { ShieldCheck } from 'lucide-react';
import { api, type WebFeature } from '../../../web/feature.ts';
import { matters, menu } from './menu-copy.ts';
import { certificateRunTopic, certificateTopic } from './live.ts';
import { authoritiesQuery, certificateQuery, certificatesQuery } from './queries.ts';

const page = { access: 'signed-in', needs: 'certificates:read' } as const;

/** The web side of certificates: what renews when, and each with its history. */
export const certificates: WebFeature = {
  id: 'certificates',
  nav: {
    title: menu.title,
    icon: ShieldCheck,
    path: '/certificates',
    shortcut: 'g x',
    needs: 'certificates:read',
    section: 'domains',
  },
  routes: [
    {
      ...{ ...page, path: '/certificates', title: menu.title },
      load: async () => (await import('./certificates-page.tsx')).CertificatesPage,
      prefetch: (client) => {
        void client.prefetchQuery(certificatesQuery);
        void client.prefetchQuery(authoritiesQuery);
      },
    },
    {
      ...{ ...page, path: '/certificates/$id', title: menu.one },
      load: async () => (await import('./certificate-page.tsx')).CertificatePage,
      prefetch: (client, { params: { id = '' } }) => void client.prefetchQuery(certificateQuery(id)),
    },
  ],
  commands: [],
  topics: [certificateTopic, certificateRunTopic],
  matters,
  find: async (text, { goTo }) => {
    const query = { search: text.trim().slice(0, 253), limit: 8 };
    const { items } = await api.certificates.list({ query });
    return items.map(({ id, name, state }) => ({
      ...{ id: `certificates.open.${id}`, title: name, help: menu.states[state], icon: ShieldCheck },
      section: menu.title,
      run: () => goTo(`/certificates/${id}`),
    }));
  },
};
