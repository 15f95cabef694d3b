export { idTime, isId, newId, parseId } from './ids.ts';
