export { answerDataRequest } from './answer-data-request.ts';
export { copySlice, type DataPart } from './copy-slice.ts';
export { type DataOffice, RemoteDataOffice } from './data-office.ts';
export { inventoryTable } from './describe.ts';
export { eraseSlice } from './erase-slice.ts';
export {
  type Copy,
  defineInventory,
  type Erasure,
  type Inventory,
  type Share,
  type TableInventory,
} from './inventory.ts';
export { onDataRequestDue } from './on-data-request-due.ts';
export type { DataSubject } from './subject.ts';
export { BEGINNING } from './tasks.ts';
