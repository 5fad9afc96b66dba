import { z } from 'zod'

const { jitless } = z.config()

// Zod compiles checks with `new Function` where it may, and finds out whether it may by trying: a page with a strict content security policy
// reports that as a violation. To be imported before any schema is made.
z.config({ jitless: true })

/** The setting is the whole page's: the app's own schemas, made later, are as fast as the app wants them. */
export function restoreZod(): void {
  z.config({ jitless })
}
