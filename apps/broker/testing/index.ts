/** The broker itself, and the hostile requests and the fuzzer, for tests and for figure S6. */
export { startBroker } from '../broker.ts';
export { startBrokerBefore } from './before-engine.ts';
export { type FuzzReport, fuzz } from './fuzz.ts';
export { type HostileGround, makeGround } from './ground.ts';
export { type HostileCase, hostileCases } from './hostile-cases.ts';
export { runHostile } from './run-hostile.ts';
