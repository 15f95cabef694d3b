/** The one stream that carries every event. */
export const EVENT_STREAM = 'EVT';

/** The stream of operations that clients send, and its subjects: `ops.<hash>`. */
export const OPERATIONS_STREAM = 'OPERATIONS';
export const OPERATIONS_SUBJECTS = 'ops.*';

/** User of the supergraph controller, which reads that stream and nothing else. */
export const SUPERGRAPH_CONTROLLER = 'supergraph_controller';

/** Subjects on which gateways tell each other what their callers have spent; nobody else reads or writes them. */
export const GATEWAY_RATES = {
  /** Points given out, in small batches. */
  taken: 'gateway.rates.taken',
  /** A gateway joins, or was cut off, and wants to be told what is left. */
  joined: 'gateway.rates.joined',
  /** What is left of each account; followed by whom it is told, or `all`. */
  left: 'gateway.rates.left',
} as const;

const READ_OPERATIONS = `$JS.API.STREAM.MSG.GET.${OPERATIONS_STREAM}`;

/** What one NATS user may do, in the words of the server's configuration. */
export interface BrokerPermissions {
  readonly publish: { readonly allow: readonly string[]; readonly deny?: readonly string[] };
  readonly subscribe: { readonly allow: readonly string[] };
  /** May answer requests it received, and nothing else it was not given above. */
  readonly allow_responses?: boolean;
}

function service(name: string): BrokerPermissions {
  return {
    publish: {
      allow: [
        `evt.${name}.v1.>`,
        // The right to create consumers would let a service deliver forged requests; it gets only its own.
        `$JS.API.CONSUMER.INFO.${EVENT_STREAM}.${name}`,
        `$JS.API.CONSUMER.MSG.NEXT.${EVENT_STREAM}.${name}`,
        `$JS.ACK.${EVENT_STREAM}.${name}.>`,
        `rpc.*.*.${name}`,
      ],
    },
    subscribe: { allow: [`_INBOX_${name}.>`, `rpc.${name}.>`] },
    allow_responses: true,
  };
}

/**
 * The gateway follows all events by consumers of its own that live in the server's memory and end with it. Of a
 * service's durable consumer it may change nothing, and it may fetch from none, acknowledge nothing, delete nothing.
 */
function gateway(services: readonly string[]): BrokerPermissions {
  return {
    publish: {
      allow: [
        'rpc.*.*.gateway',
        'gateway.rates.>',
        // Not to be read back: what other gateways' callers send is none of this one's business.
        OPERATIONS_SUBJECTS,
        `$JS.API.CONSUMER.CREATE.${EVENT_STREAM}.*.evt.>`,
        // Answers to the server's flow control: a consumer that does not answer is paused.
        `$JS.FC.${EVENT_STREAM}.>`,
      ],
      deny: services.map((name) => `$JS.API.CONSUMER.CREATE.${EVENT_STREAM}.${name}.>`),
    },
    subscribe: { allow: ['_INBOX_gateway.>', 'evt.>', 'gateway.rates.>'] },
  };
}

/**
 * The permissions of every user of the broker, by user name: one per service, the gateway, the supergraph
 * controller, the operator's commands (`ops`) and the provisioner, which alone may make streams and consumers.
 * @param services the services that publish and consume events.
 */
export function brokerPermissions(services: readonly string[]): Readonly<Record<string, BrokerPermissions>> {
  return {
    ...Object.fromEntries(services.map((name) => [name, service(name)])),
    gateway: gateway(services),
    [SUPERGRAPH_CONTROLLER]: {
      publish: { allow: [READ_OPERATIONS] },
      subscribe: { allow: [`_INBOX_${SUPERGRAPH_CONTROLLER}.>`] },
    },
    ops: {
      publish: { allow: ['rpc.*.*.ops', READ_OPERATIONS] },
      subscribe: { allow: ['_INBOX_ops.>'] },
    },
    provisioner: {
      publish: { allow: ['$JS.API.>'] },
      subscribe: { allow: ['_INBOX_provisioner.>'] },
    },
  };
}
