import { expect, test } from 'vitest'
import { knownCommandsSchema } from './known-commands.ts'

const issuedAt = '2026-11-21T10:00:00.000Z'
const [start, pause, resume] = (['start', 'pause', 'resume'] as const).map((kind, index) => ({
  kind,
  number: index + 1,
  issuedAt,
}))

test.each([
  ['of a newer kind', { kind: 'upgrade', number: 2, issuedAt }],
  [
    'with a setting of a newer version',
    { kind: 'settings', number: 2, issuedAt, settings: { enabled: true, useSatellite: true } },
  ],
  ['that is no command', 'pause'],
])('[FL16] a command %s waits, and what comes after it', (_what, unknown) => {
  expect(knownCommandsSchema.parse([start, unknown, resume])).toEqual([start])
  expect(knownCommandsSchema.parse([start, pause, resume])).toEqual([start, pause, resume])
})
