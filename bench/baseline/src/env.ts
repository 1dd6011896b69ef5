// What the Worker is given, and the shapes that travel between its parts.
import type { KVNamespace, Queue, R2Bucket } from "@cloudflare/workers-types";

export interface Env {
  SUBSCRIPTIONS: KVNamespace;
  ARCHIVE: R2Bucket;
  /** Carries `Delivery` as the bytes of its JSON. */
  EXPRESS: Queue<Uint8Array>;
  EXPRESS_DEAD: Queue<Uint8Array>;
  ROOT_KEY: string;
  /** 64 hex characters. */
  URL_SIGNING_KEY: string;
  PUBLIC_URL: string;
  LOG_LEVEL: string;
}

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** One event as it comes in, after its required fields were checked. */
export interface LlmEvent {
  id?: string;
  request_id: string;
  type: string;
  created_at: string;
  user_id?: string;
  properties?: Record<string, string>;
  model?: string;
  provider?: string;
  status?: number;
  request: Json;
  response: Json;
  usage?: { prompt_tokens?: number; completion_tokens?: number };
  cost?: number;
  latency_ms?: number;
}

export interface Subscription {
  id: string;
  destination: string;
  includeData: boolean;
  eventTypes: string[];
  sampleRate: number;
  propertyFilters: { key: string; value: string }[];
  hmac_key: string;
  signing_secret: string;
}

/** Where the full request and response of one event lie. */
export interface Locator {
  /** `{org}/{date}/{hour}/{segment}`: the object's key without its prefix, and the path of its URL. */
  path: string;
  offset: number;
  length: number;
}

/** One message of the delivery queue: everything but secrets, which are looked up when it is sent. */
export interface Delivery {
  id: string;
  org: string;
  subscription: string;
  type: string;
  locator: Locator;
  payload: {
    request_id: string;
    request_body: Json;
    response_body: Json;
    user_id?: string;
    model?: string;
    provider?: string;
    metadata?: {
      cost?: number;
      promptTokens: number;
      completionTokens: number;
      totalTokens: number;
      latencyMs?: number;
    };
  };
}
