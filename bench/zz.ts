import { run } from '/work/wt/journal/bench/r4-kill.ts';
const t = performance.now();
console.log(await run({ quick: false, signal: new AbortController().signal }));
console.log(Math.round((performance.now() - t) / 1000), 's');
