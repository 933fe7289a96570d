import { describe } from 'vitest';
import { answering, proxyConformance } from './conformance.ts';
import { fakeProxy } from './fake.ts';

describe('the fake', () => {
  proxyConformance(async () => {
    const proxy = fakeProxy();
    proxy.refuse((route) =>
      route.options.snippet === null ? null : 'server nebula: route 0: loading handler modules',
    );
    return {
      proxy,
      visit: proxy.visit,
      refusable: (id, host) => {
        const route = answering(id, host, 'broken');
        return { ...route, options: { ...route.options, snippet: 'refused' } };
      },
    };
  });
});
