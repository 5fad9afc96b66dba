import { findChromium as find } from '../../scripts/find-chromium.mjs'

/** The Chromium to test with. Throws where there is none: a browser test is never skipped. */
export function findChromium(): string {
  const path = find()
  if (path === undefined) throw new Error('no Chromium found: set CHROMIUM_PATH, or put chromium or google-chrome on PATH')
  return path
}
