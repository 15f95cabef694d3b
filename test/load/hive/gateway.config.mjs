import { defineConfig } from '@graphql-hive/gateway';

/** As it comes, but that each request goes on under its caller's address, as with the others. */
export const gatewayConfig = defineConfig({
  logging: 'error',
  propagateHeaders: {
    fromClientToSubgraphs: ({ request }) => ({ 'x-forwarded-for': request.headers.get('x-forwarded-for') }),
  },
});
