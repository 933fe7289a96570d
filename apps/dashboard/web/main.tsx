import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import './main.css';
import { App } from './shell/app.tsx';
import { registerWorker } from './shell/register-worker.ts';
import { reloadAfterUpdate } from './shell/reload-after-update.ts';

reloadAfterUpdate();
registerWorker();
const place = document.getElementById('app');
if (place === null) throw new Error('index.html has no element #app');
createRoot(place).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
