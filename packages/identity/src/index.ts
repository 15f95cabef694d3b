export type { Actor, AnonymousActor, RequestIdentity, WorkspaceActor } from './actor.ts';
export { IDENTITY_HEADER, IdentitySigner, IdentityVerifier } from './internal-identity.ts';
export { requireScope, requireUserId, requireWorkspaceActor } from './require-actor.ts';
export { SDL_REQUEST_BODY, SdlSigner } from './sdl-identity.ts';
