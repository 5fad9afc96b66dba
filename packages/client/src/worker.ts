/**
 * For the module of a Web Worker in which records are synced.
 *
 * @module @rejoin/client/worker
 */
export { hostSync, type HostSyncOptions } from './host-sync.ts'
