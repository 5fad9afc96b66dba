import { trace } from '@opentelemetry/api'
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor, type ReadableSpan } from '@opentelemetry/sdk-trace-base'
import { describe, expect, onTestFinished, test } from 'vitest'
import { rest, SyncDevice } from '../testing/sync-device.ts'
import { SyncTelemetry } from './sync-telemetry.ts'

function install(): InMemorySpanExporter {
  const exporter = new InMemorySpanExporter()
  trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }))
  onTestFinished(() => trace.disable())
  return exporter
}

const toMs = ([seconds, nanoseconds]: readonly [number, number]): number => seconds * 1_000 + nanoseconds / 1e6

const told = ({ name, startTime, endTime, attributes, events, status }: ReadableSpan) => ({
  name,
  startedAt: toMs(startTime),
  endedAt: toMs(endTime),
  attributes,
  events: events.map((event) => ({ name: event.name, attributes: event.attributes })),
  status,
})

const nothing = {
  'rejoin.items': 0,
  'rejoin.received': 0,
  'rejoin.conflicts': 0,
  'rejoin.failures': 0,
  'rejoin.requests': 0,
  'rejoin.bytes_sent': 0,
  'rejoin.bytes_received': 0,
  'rejoin.wake_ups': 0,
}

describe('with an SDK', () => {
  test('[OT1] every run is a span with its counts, and every failed attempt an event in it', async () => {
    const exporter = install()
    const device = new SyncDevice()
    const tab = device.openTab({ observer: new SyncTelemetry() })
    await rest()
    exporter.reset()
    let operationId: string | undefined
    device.server.interfere = (operation) => {
      if (operationId !== undefined) return undefined
      operationId = operation.operationId
      return { status: 'rejected', code: 'INTERNAL', message: 'The beets are lost.' }
    }
    await tab.local.records.product.create({ name: 'Beet' })
    await rest()
    const now = device.time.now()
    const span = {
      name: 'rejoin.sync',
      startedAt: now,
      endedAt: now,
      attributes: {
        ...nothing,
        'rejoin.trigger': 'change',
        'rejoin.outcome': 'done',
        'rejoin.failures': 1,
        'rejoin.requests': 1,
      },
      events: [
        {
          name: 'rejoin.attempt_failed',
          attributes: {
            'rejoin.operation_id': operationId,
            'rejoin.entity': 'product',
            'rejoin.attempt': 1,
            'rejoin.code': 'INTERNAL',
            'rejoin.will_retry_at': now,
          },
        },
      ],
      status: { code: 0 },
    }
    expect(exporter.getFinishedSpans().map(told)).toEqual([span])
  })

  test('[OT1] a run that fails is a span that failed, with the code', async () => {
    const exporter = install()
    const device = new SyncDevice()
    device.network = 'down'
    device.openTab({ observer: new SyncTelemetry() })
    await rest()
    const now = device.time.now()
    expect(exporter.getFinishedSpans().map(told)).toEqual([
      {
        name: 'rejoin.sync',
        startedAt: now,
        endedAt: now,
        attributes: { ...nothing, 'rejoin.trigger': 'start', 'rejoin.outcome': 'failed', 'error.type': 'UNREACHABLE' },
        events: [],
        status: { code: 2, message: 'UNREACHABLE' },
      },
    ])
  })

  test('[OT2] nothing that was written, no title, no token and no sentence of a server is ever in it', async () => {
    const exporter = install()
    const device = new SyncDevice()
    const tab = device.openTab({ observer: new SyncTelemetry() })
    const { product, recipe } = tab.local.records
    const codes = ['INTERNAL', 'VALIDATION_ERROR', 'FORBIDDEN', 'UPGRADE_REQUIRED', 'CONFLICT', 'RATE_LIMITED'] as const
    for (const code of codes) {
      const status = code === 'CONFLICT' ? 'conflict' : 'rejected'
      device.server.interfere = () => ({ status, code, message: `SECRET sentence about ${code}` })
      await product.create({ name: `SECRET beet for ${code}`, note: 'SECRET note' })
      await recipe.create({ title: 'SECRET borscht', body: 'SECRET body' })
      await device.advance(1_000)
    }
    const refusals = [401, 403, 413, 422, 426, 429, 500, 503]
    for (const status of refusals) {
      device.network = { type: 'refused', status, code: 'TOO_LARGE', message: 'SECRET refusal', retryAfterMs: undefined }
      await tab.sync.syncNow()
    }
    device.network = { type: 'unexpected', message: 'SECRET page' }
    await tab.sync.syncNow()
    const spans = exporter.getFinishedSpans()
    const failed = spans.flatMap(({ events }) => events.map(({ attributes }) => attributes?.['rejoin.code']))
    expect(spans.length).toBeGreaterThan(refusals.length)
    expect(new Set(failed)).toEqual(new Set(['INTERNAL', 'VALIDATION_ERROR', 'FORBIDDEN', 'UPGRADE_REQUIRED', 'TOO_LARGE']))
    const everything = JSON.stringify(spans.map((span) => [told(span), span.events, span.links, span.parentSpanContext]))
    expect(everything).toContain('rejoin.attempt_failed')
    expect(everything).not.toMatch(/SECRET|beet|borscht/i)
  })

  test('[OT3] an SDK that is installed after the client was made is told too', async () => {
    const device = new SyncDevice()
    const tab = device.openTab({ observer: new SyncTelemetry() })
    await rest()
    const exporter = install()
    await tab.sync.syncNow()
    expect(exporter.getFinishedSpans().map(({ attributes }) => attributes['rejoin.trigger'])).toEqual(['person'])
  })
})

test('[OT3] without an SDK nothing happens', async () => {
  const device = new SyncDevice()
  const tab = device.openTab({ observer: new SyncTelemetry() })
  await tab.local.records.product.create({ name: 'Beet' })
  await rest()
  expect(tab.sync.state).toMatchObject({ status: 'upToDate', pending: 0 })
})
