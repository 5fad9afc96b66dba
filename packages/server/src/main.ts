#!/usr/bin/env node
import { helpText } from './config/help-text.ts'
import { packageVersion } from './config/package-version.ts'
import { readConfig } from './config/read-config.ts'

const nodeVersionMin = 24

/** One line on stderr, then out. 2: what was asked for is wrong; 1: it could not be done. */
function giveUp(message: string, exitCode: 1 | 2): never {
  process.stderr.write(`rejoin-server: ${message}\n`)
  process.exit(exitCode)
}

const reading = readConfig({ env: process.env, args: process.argv.slice(2) })
switch (reading.type) {
  case 'help':
    process.stdout.write(helpText())
    break
  case 'version':
    process.stdout.write(`${packageVersion()}\n`)
    break
  case 'wrong':
    giveUp(reading.message, 2)
    break
  case 'config': {
    const [major = '0'] = process.versions.node.split('.')
    if (Number(major) < nodeVersionMin) giveUp(`Node ${nodeVersionMin} or newer is needed; this is ${process.versions.node}`, 1)
    // Loaded only now: on an older Node its imports could not even be resolved.
    const { run } = await import('./run.ts')
    await run(reading, giveUp)
  }
}
