import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  encodeHello,
  encodeReauthenticate,
  encodeReceipt,
  encodeRefused,
  helloSchema,
  messageType,
  protocolVersion,
  refusedSchema,
  syncType,
} from '@rejoin/core'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { repositoryRoot } from './source-module.ts'

/** What the private messages looked like in each version: one line is added, none is changed. */
const wireHashByVersion: Readonly<Record<number, string>> = {
  1: '06caaaa022e1e6e0',
}

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')

const wire = {
  messageType,
  syncType,
  schemas: [helloSchema, refusedSchema].map((schema) => z.toJSONSchema(schema, { unrepresentable: 'any' })),
  bytes: {
    hello: hex(encodeHello({ generation: 'first', access: 'write', limits: { frameBytesMax: 16_777_216 } })),
    receipt: hex(encodeReceipt({ settledCount: 300 })),
    refused: hex(encodeRefused({ frameNumber: 7, code: 'FORBIDDEN', reason: 'This document is read-only for you.' })),
    reauthenticate: hex(encodeReauthenticate()),
  },
}

test('[AR7, W3] the wire is what the protocol version says: a change of either needs the other', () => {
  const hash = createHash('sha256').update(JSON.stringify(wire)).digest('hex').slice(0, 16)
  expect(wireHashByVersion).toHaveProperty(String(protocolVersion), hash)
})

test('[AR7] the history in protocol-version.ts has one line for each version', () => {
  const text = readFileSync(join(repositoryRoot, 'packages/core/src/wire/protocol-version.ts'), 'utf8')
  const versions = [...text.matchAll(/^ \* {3}(\d+) {2}\d{4}-\d\d-\d\d {2}\S/gm)].map((match) => Number(match[1]))
  expect(versions).toEqual(Object.keys(wireHashByVersion).map(Number))
  expect(versions.at(-1)).toBe(protocolVersion)
})
