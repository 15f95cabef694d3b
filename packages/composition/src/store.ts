export { FolderStore } from './versions/folder-store.ts';
export { supergraphHash } from './versions/supergraph-hash.ts';
export {
  type NewVersion,
  type SubgraphSdls,
  type SupergraphStore,
  type SupergraphVersion,
  VERSIONS_KEPT,
} from './versions/supergraph-store.ts';
