export { basicDocumentStoreCases } from './basic-document-store-cases.ts'
export { runDocumentStoreContract, type ContractCase, type StorePlace } from './document-store-contract.ts'
export { durableDocumentStoreCases, type ManagedDocumentStore } from './durable-document-store-cases.ts'
export { marksOf, markUpdate, textOf, typedUpdates } from './sample-edits.ts'
