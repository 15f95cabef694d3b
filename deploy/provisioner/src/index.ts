export { usersAsChartValues, usersAsServerConfig } from './broker-users.ts';
export { provisionerConfig } from './config.ts';
export { makeEd25519, makeKey, publicHalfOf } from './make-keys.ts';
export { passwordVariableOf } from './services.ts';
