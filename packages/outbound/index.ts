export {
  createOutbound,
  NoAnswer,
  type Outbound,
  type OutboundCall,
  type OutboundReply,
} from './outbound.ts';
export { definePurpose, type Purpose } from './purpose.ts';
export { isWithin, type Place, placeOf, type Reach } from './reach.ts';
export type { Layer } from './send.ts';
