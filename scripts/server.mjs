import { build } from './build.mjs'
import { demoSchema, serve } from './serve.mjs'

build()
serve(process.argv.slice(2), demoSchema)
