import { hostSync } from '@rejoin/client/worker'
import { schema } from './engine-schema.ts'

hostSync({ schema })
