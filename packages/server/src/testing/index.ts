export { admitUpdate, type Admission, type AdmissionRules } from '../admission/admit-update.ts'
export { composeUpdates } from '../admission/compose-updates.ts'
export { diffState } from '../admission/diff-state.ts'
export { knownStateOf } from '../admission/known-state-of.ts'
export { applyDelta, createKnownState, revertDelta, type KnownDelta, type KnownState } from '../admission/known-state.ts'
export { editAtRandom } from '../admission/testing/edit-at-random.ts'
export {
  putTogether,
  takeApart,
  type Id,
  type SectionModel,
  type StructModel,
  type UpdateModel,
} from '../admission/testing/update-model.ts'
export { deviceStoreContract, type DeviceStoreUnderTest } from './device-store-contract.ts'
export { documentStoreContract, type StoreUnderTest } from './document-store-contract.ts'
export { recordStoreContract, type RecordStoreUnderTest } from './record-store-contract.ts'
