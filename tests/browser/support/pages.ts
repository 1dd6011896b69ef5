// Every page of the console. What holds for all of them is tested for these.
import type { Filled } from "./stage.ts";

export type Listed = {
  name: string;
  path: (filled: Filled) => string;
  /** What it is answered with; 200 where absent. */
  status?: number;
};

export const PAGES: Listed[] = [
  { name: "overview", path: () => "/console" },
  { name: "subscriptions", path: () => "/console/webhooks" },
  { name: "new subscription", path: () => "/console/webhooks/new" },
  { name: "subscription", path: ({ webhook }) => `/console/webhooks/${webhook}` },
  { name: "subscription that fails", path: ({ failing }) => `/console/webhooks/${failing}` },
  { name: "edit a subscription", path: ({ webhook }) => `/console/webhooks/${webhook}/edit` },
  { name: "delete a subscription", path: ({ webhook }) => `/console/webhooks/${webhook}/delete` },
  { name: "deliveries", path: () => "/console/deliveries" },
  {
    name: "deliveries that fail",
    path: ({ failing }) => `/console/deliveries?webhook=${failing}&state=retrying`,
  },
  { name: "live", path: () => "/console/deliveries/live" },
  { name: "recover", path: ({ failing }) => `/console/deliveries/recover?webhook=${failing}` },
  { name: "delivery", path: ({ delivery }) => `/console/deliveries/${delivery}` },
  { name: "delivery that fails", path: ({ failure }) => `/console/deliveries/${failure}` },
  { name: "request of a delivery", path: ({ failure }) => `/console/deliveries/${failure}/request` },
  { name: "events", path: () => "/console/events" },
  { name: "event", path: ({ request }) => `/console/events/${encodeURIComponent(request)}` },
  {
    name: "event with its exchange",
    path: ({ request }) => `/console/events/${encodeURIComponent(request)}/exchange`,
  },
  { name: "receiver", path: () => "/console/receiver" },
  { name: "inbox", path: () => "/console/receiver/inbox" },
  { name: "reviews", path: () => "/console/receiver/reviews" },
  { name: "settings", path: () => "/console/settings" },
  { name: "keys", path: () => "/console/settings/keys" },
  { name: "new key", path: () => "/console/settings/keys/new" },
  { name: "revoke a key", path: ({ key }) => `/console/settings/keys/${key}/revoke` },
  { name: "orgs", path: () => "/console/settings/orgs" },
  { name: "rules", path: () => "/console/settings/rules" },
  { name: "new rule", path: () => "/console/settings/rules/new" },
  { name: "rule", path: ({ rule }) => `/console/settings/rules/${rule}` },
  { name: "alerts", path: () => "/console/settings/alerts" },
  { name: "new alert", path: () => "/console/settings/alerts/new" },
  { name: "alert", path: ({ alert }) => `/console/settings/alerts/${alert}` },
  { name: "event types", path: () => "/console/settings/event-types" },
  { name: "new event type", path: () => "/console/settings/event-types/new-type" },
  { name: "event type", path: ({ type }) => `/console/settings/event-types/${type}` },
  { name: "event type of ours", path: () => "/console/settings/event-types/request.completed" },
  { name: "not found", path: () => "/console/nothing-here", status: 404 },
];
