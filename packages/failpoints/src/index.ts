export { failpoint, failpointNames } from './failpoints.ts';
