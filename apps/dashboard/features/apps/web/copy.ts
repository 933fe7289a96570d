import { catalogue } from '../../../web/feature.ts';

/** Every sentence of the page of an app. */
export const copy = catalogue('apps', {
  title: 'App',
  of: (app: string) => `App ${app}`,
  containers: 'Containers',
  noContainers: 'None just now; what is kept of it is shown.',
  loading: 'Loading the containers',
  span: 'Span',
  at: 'Looking at',
  newest: 'Back to the newest lines',
  history: 'All figures',
});
