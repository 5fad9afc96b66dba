import { build } from './build.mjs'
import { serve } from './serve.mjs'

build()
serve(process.argv.slice(2))
