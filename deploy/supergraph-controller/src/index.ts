export { type ObjectNames, objectNames, SUBGRAPH_LABEL } from './names.ts';
