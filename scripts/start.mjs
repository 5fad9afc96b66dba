// Server and demo on one port: http://127.0.0.1:8787
import { build } from './build.mjs'
import { demoSchema, serve } from './serve.mjs'

build()
serve(process.argv.slice(2), {
  ...demoSchema,
  REJOIN_STATIC_DIR: process.env.REJOIN_STATIC_DIR ?? 'apps/demo/dist',
  // So that the ready line is the last one.
  REJOIN_LOG_LEVEL: process.env.REJOIN_LOG_LEVEL ?? 'warn',
})
