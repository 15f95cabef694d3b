export { controllerConfig, loadConfig } from './config.ts';
export { Controller, type ControllerOptions } from './controller.ts';
export { type Cluster, connectCluster } from './kubernetes/cluster.ts';
export { ANNOTATIONS, type ObjectNames, objectNames, SUBGRAPH_LABEL } from './names.ts';
