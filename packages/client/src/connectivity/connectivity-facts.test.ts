import { connectivityStatusSchema } from '@rejoin/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { noteRoundTrip, nothingKnown, statusOf, type ConnectivityFacts } from './connectivity-facts.ts'
import type { NetworkHint } from './network-hints.ts'

const withHint = (network: NetworkHint): ConnectivityFacts => ({ ...nothingKnown, network })
const measured = (facts: ConnectivityFacts, ...roundTripsMs: number[]): ConnectivityFacts =>
  roundTripsMs.reduce(noteRoundTrip, facts)

test('[CN1] with nothing known the connection counts as there, and good', () => {
  expect(statusOf(nothingKnown)).toEqual({
    isOnline: true,
    connectionType: 'unknown',
    connectionQuality: 'good',
    lastConnected: null,
  })
})

test('[CN1] everything that is known is said', () => {
  const facts: ConnectivityFacts = {
    ...nothingKnown,
    network: { type: 'cellular', effectiveType: '4g', downlink: 8, roundTripMs: 50, isSavingData: true },
    battery: { batteryLevel: 40, isCharging: false },
    lastConnected: 5,
  }
  expect(statusOf(facts)).toEqual({
    isOnline: true,
    connectionType: 'cellular',
    connectionQuality: 'excellent',
    lastConnected: 5,
    networkSpeed: 8,
    roundTripMs: 50,
    batteryLevel: 40,
    isCharging: false,
    isSavingData: true,
  })
})

test('[CN2] without a network it is offline; with one on which the server was lost too', () => {
  const without = { ...withHint({ type: 'wifi', roundTripMs: 20 }), hasNetwork: false }
  const lost: ConnectivityFacts = { ...nothingKnown, reach: { type: 'lost', attempt: 1, failed: new Set(), probe: undefined } }
  const doubted: ConnectivityFacts = {
    ...nothingKnown,
    reach: { type: 'doubted', attempt: 0, failed: new Set(), probe: undefined },
  }
  expect([without, lost, doubted].map(statusOf).map((said) => [said.isOnline, said.connectionQuality])).toEqual([
    [false, 'offline'],
    [false, 'offline'],
    [true, 'good'],
  ])
})

test.each<[string, ConnectivityFacts, string]>([
  ['a quick round trip', withHint({ roundTripMs: 150 }), 'excellent'],
  ['a quick one over a narrow line', withHint({ roundTripMs: 50, downlink: 4.9 }), 'good'],
  ['a round trip in between', withHint({ roundTripMs: 151 }), 'good'],
  ['a slow one', withHint({ roundTripMs: 1_400 }), 'poor'],
  ['a line of hardly anything', withHint({ roundTripMs: 50, downlink: 0.07 }), 'poor'],
  ['what the browser calls 2g', withHint({ effectiveType: '2g' }), 'poor'],
  ['what the browser calls slow-2g', withHint({ effectiveType: 'slow-2g' }), 'poor'],
  ['what the browser calls 3g', withHint({ effectiveType: '3g' }), 'good'],
  ['2g, and our own requests are quick', measured(withHint({ effectiveType: '2g', roundTripMs: 2_000 }), 100), 'excellent'],
  ['4g, and our own requests are slow', measured(withHint({ effectiveType: '4g', roundTripMs: 50 }), 3_000), 'poor'],
  ['one slow request among quick ones', measured(nothingKnown, 100, 9_000, 120), 'excellent'],
  ['three slow requests after a quick one', measured(nothingKnown, 100, 1_500, 1_600, 1_700), 'poor'],
])('[CN3] %s', (_what, facts, quality) => {
  expect(statusOf(facts).connectionQuality).toBe(quality)
})

test('[CN3] whatever is known, the status is one, and offline exactly where it is not online', () => {
  const optional = <T>(some: fc.Arbitrary<T>) => fc.option(some, { nil: undefined })
  const facts = fc.record<ConnectivityFacts>({
    hasNetwork: fc.boolean(),
    network: fc.record({
      type: optional(fc.constantFrom('wifi', 'cellular', 'none')),
      effectiveType: optional(fc.constantFrom('slow-2g', '2g', '3g', '4g', '9g')),
      downlink: optional(fc.double({ min: 0, max: 1_000, noNaN: true })),
      roundTripMs: optional(fc.nat(10_000)),
      isSavingData: optional(fc.boolean()),
    }),
    battery: optional(fc.record({ batteryLevel: fc.nat(100), isCharging: fc.boolean() })),
    reach: fc.record({
      type: fc.constantFrom('unknown', 'reached', 'doubted', 'lost'),
      attempt: fc.nat(9),
      failed: fc.constant(new Set<never>()),
      probe: fc.constant(undefined),
    }),
    roundTripsMs: fc.array(fc.nat(60_000), { maxLength: 3 }),
    lastConnected: fc.option(fc.nat(), { nil: null }),
  })
  fc.assert(
    fc.property(facts, (known) => {
      const status = connectivityStatusSchema.parse(statusOf(known))
      expect(status.connectionQuality === 'offline').toBe(!status.isOnline)
    }),
  )
})
