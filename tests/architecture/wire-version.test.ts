import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  changeHintSchema,
  changesResponseSchema,
  conflictReasonSchema,
  deviceCommandsFrameSchema,
  deviceReportReplySchema,
  deviceReportSchema,
  encodeHello,
  encodeReauthenticate,
  encodeReceipt,
  encodeRefused,
  helloSchema,
  messageType,
  operationResultSchema,
  operationSchema,
  protocolVersion,
  recordRowSchema,
  refusedSchema,
  resultCodeTable,
  retryConfigSchema,
  sceneElementSchema,
  sceneOperationSchema,
  sceneSyncRequestSchema,
  sceneSyncResultSchema,
  sceneVersion,
  syncRequestSchema,
  syncResponseSchema,
  syncType,
  syncVersion,
} from '@rejoin/core'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { repositoryRoot } from './source-module.ts'

/** What the private messages looked like in each version: one line is added, none is changed. */
const wireHashByVersion: Readonly<Record<number, string>> = {
  1: '06caaaa022e1e6e0',
}

/** What the wire of records looked like in each version: one line is added, none is changed. */
const syncHashByVersion: Readonly<Record<number, string>> = {
  1: '77a6277038d87135',
  2: 'b9d88d4666006479',
  3: 'e4996c0b0b10c098',
  4: '06d7deac62948648',
}

/** What the wire of scenes looked like in each version: one line is added, none is changed. */
const sceneHashByVersion: Readonly<Record<number, string>> = {
  1: '6e7e8c72fe501104',
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

const syncWire = {
  resultCodes: resultCodeTable,
  schemas: [
    operationSchema,
    syncRequestSchema,
    operationResultSchema,
    conflictReasonSchema,
    recordRowSchema,
    syncResponseSchema,
    changesResponseSchema,
    changeHintSchema,
    deviceReportSchema,
    deviceReportReplySchema,
    deviceCommandsFrameSchema,
  ].flatMap(describeBothWays),
}

const sceneWire = [
  sceneElementSchema,
  sceneOperationSchema,
  sceneSyncRequestSchema,
  sceneSyncResultSchema,
  retryConfigSchema,
].flatMap(describeBothWays)

/** As it is sent, and as it is read. */
function describeBothWays(schema: z.ZodType) {
  return (['input', 'output'] as const).map((io) => z.toJSONSchema(schema, { io, unrepresentable: 'any' }))
}

const hashOf = (pinned: unknown) => createHash('sha256').update(JSON.stringify(pinned)).digest('hex').slice(0, 16)

function versionsIn(path: string): readonly number[] {
  const text = readFileSync(join(repositoryRoot, path), 'utf8')
  return [...text.matchAll(/^ \* {3}(\d+) {2}\d{4}-\d\d-\d\d {2}\S/gm)].map((match) => Number(match[1]))
}

test('[AR7, W3] the wire is what the protocol version says: a change of either needs the other', () => {
  expect(wireHashByVersion).toHaveProperty(String(protocolVersion), hashOf(wire))
})

test('[AR7] the wire of records is what its version says: a change of either needs the other', () => {
  expect(syncHashByVersion).toHaveProperty(String(syncVersion), hashOf(syncWire))
})

test('[AR7] the wire of scenes is what its version says: a change of either needs the other', () => {
  expect(sceneHashByVersion).toHaveProperty(String(sceneVersion), hashOf(sceneWire))
})

test.each([
  ['packages/core/src/wire/protocol-version.ts', protocolVersion, wireHashByVersion],
  ['packages/core/src/sync/sync-version.ts', syncVersion, syncHashByVersion],
  ['packages/core/src/scenes/scene-version.ts', sceneVersion, sceneHashByVersion],
])('[AR7] the history in %s has one line for each version', (path, version, hashByVersion) => {
  const versions = versionsIn(path)
  expect(versions).toEqual(Object.keys(hashByVersion).map(Number))
  expect(versions.at(-1)).toBe(version)
})
