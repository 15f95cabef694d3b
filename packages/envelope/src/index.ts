export {
  decrypt,
  type EnvelopeKey,
  encrypt,
  envelopeKey,
  keyIdOf,
  newEnvelopeKey,
  type Place,
} from './envelope.ts';
