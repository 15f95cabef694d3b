export type { IncomingWebhook, WebhookAnswer, WebhookDelivery } from './delivery.ts';
export { forgetDeliveries } from './forget-deliveries.ts';
export { requireFresh } from './freshness.ts';
export { type FindCredential, processIntent } from './process.ts';
export { type WebhookRouteOptions, webhookRoutes } from './routes.ts';
export { storableText } from './storable-text.ts';
export type { ProcessPayload } from './store.ts';
export { webhooksMigration } from './tables.ts';
export {
  type AnyWebhookVendor,
  defineWebhook,
  type WebhookVendor,
} from './vendor.ts';
