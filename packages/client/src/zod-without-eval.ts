import { z } from 'zod'

// Zod compiles checks with `new Function` where it may, and finds out whether it may by trying: a page with a strict content security policy
// reports that as a violation. To be imported before any schema is made.
z.config({ jitless: true })
