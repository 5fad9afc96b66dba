import { restoreZod } from './zod-without-eval.ts'

// To be imported after every module that makes schemas.
restoreZod()
