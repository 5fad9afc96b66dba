import type { Browser } from 'playwright-core'
import type { Contestant, RunningServer } from '../subject.ts'

/** A database for records whose devices are pages of Chromium. Every start is a process of its own. */
export interface RecordSubject extends Contestant {
  start(dataDir: string): Promise<RunningServer>
  /** A page with nothing in it, in a browser context of its own; nothing leaves it before `sync`. */
  openDevice(browser: Browser, server: RunningServer): Promise<RecordDevice>
}

export interface RecordDevice {
  /** Writes so many products the fastest way that it has; resolves to the ms until the device has them all. */
  write(count: number): Promise<number>
  /** Resolves to the ms from the start of syncing until the device says that the server has everything. */
  sync(): Promise<number>
  countOnServer(): Promise<number>
  close(): Promise<void>
}
