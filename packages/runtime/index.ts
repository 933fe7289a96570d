export { type Change, type Context, type ContextParts, createContexts, type Target } from './context.ts';
export { mattersOf } from './matters.ts';
export {
  type Attention,
  type Condition,
  type CookieChange,
  defineFeature,
  type EndpointInput,
  type Feature,
  type FeatureParts,
  type Handler,
  type IncomingFile,
  type Marker,
  type MarkerSource,
  type MatterValues,
  type Measure,
  type OutgoingFile,
  type OverviewPart,
  type RequestFacts,
  type Routes,
  type SocketEnd,
  type StreamSink,
  WithCookies,
} from './feature.ts';
