export { hostSync, type HostSyncOptions } from './host-sync.ts'
