import { chromium, type Browser } from 'playwright-core'
import { findChromium } from './find-chromium.ts'

/** Headless Chromium with a fresh profile. Each `newContext()` is another device: it shares no storage with the others. */
export function openBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: findChromium(),
    args: [
      // Chromium's own sandbox does not work for root, which is what containers run as.
      '--no-sandbox',
      // Containers have a small /dev/shm.
      '--disable-dev-shm-usage',
      '--disable-gpu',
      // Tests look at several pages at once: those behind must not be slowed down.
      '--disable-background-timer-throttling',
      '--disable-backgrounding-occluded-windows',
      '--disable-renderer-backgrounding',
    ],
  })
}
