import type { HostileGround } from './ground.ts';
import type { HostileCase } from './hostile-cases.ts';
import { sendRaw, settle } from './send.ts';

/**
 * Sends one hostile case.
 *
 * @returns undefined when the broker held, otherwise what got through or what was wrong with the refusal
 */
export async function runHostile(ground: HostileGround, hostile: HostileCase): Promise<string | undefined> {
  const before = ground.engine.requests.length;
  const patience = hostile.expect === 'refused' ? 5_000 : 150;
  const answer = await sendRaw(ground.broker.dockerSocket, hostile.bytes, patience);
  await settle();
  const reached = ground.engine.requests.slice(before);
  if (hostile.expect === 'unanswered') {
    return reached.length > 0 ? `reached the engine: ${JSON.stringify(reached)}` : undefined;
  }
  if (hostile.expect === 'refused') {
    if (reached.length > 0) return `reached the engine: ${JSON.stringify(reached)}`;
    if (!(answer.status >= 400 && answer.status < 500)) return `was answered ${answer.status}`;
    if (!/"message":"[^"]{10,}/.test(answer.body)) return 'was refused without a sentence';
    return undefined;
  }
  if (reached.length > 1) return `became ${reached.length} requests: ${JSON.stringify(reached)}`;
  const text = JSON.stringify(reached);
  if (hostile.expect.judgedWithout.test(text)) return `reached the engine with what should be gone: ${text}`;
  return undefined;
}
