import { SpanStatusCode, trace, type Attributes, type Span } from '@opentelemetry/api'
import type { FailedAttempt, SyncObserver } from '../sync/sync-observer.ts'
import type { RunTrigger, SyncRun } from '../sync/sync-run.ts'

/**
 * Reports every run as a span `rejoin.sync`, with an event for each failed attempt, to the OpenTelemetry SDK that the app installed; without
 * one nothing happens. Counts, codes, ids and names of entities only: never a payload, a title, a token or a server's sentence.
 */
export class SyncTelemetry implements SyncObserver {
  #span: Span | undefined

  runStarted({ startedAt, trigger }: { readonly startedAt: number; readonly trigger: RunTrigger }): void {
    this.#span?.end()
    this.#span = startSpan(startedAt, { 'rejoin.trigger': trigger })
  }

  attemptFailed(attempt: FailedAttempt): void {
    const attributes = attributesOf(attempt)
    if (this.#span !== undefined) {
      this.#span.addEvent('rejoin.attempt_failed', attributes)
      return
    }
    const span = startSpan(undefined, {})
    span.addEvent('rejoin.attempt_failed', attributes)
    span.end()
  }

  runEnded(run: SyncRun): void {
    const span = this.#span
    this.#span = undefined
    if (span === undefined) return
    span.setAttributes({
      'rejoin.trigger': run.trigger,
      'rejoin.outcome': run.outcome,
      'rejoin.items': run.items,
      'rejoin.received': run.received,
      'rejoin.conflicts': run.conflicts,
      'rejoin.failures': run.failures,
      'rejoin.requests': run.requests,
      'rejoin.bytes_sent': run.bytesSent,
      'rejoin.bytes_received': run.bytesReceived,
      'rejoin.wake_ups': run.wakeUps,
    })
    if (run.error !== undefined) {
      span.setAttribute('error.type', run.error.code)
      span.setStatus({ code: SpanStatusCode.ERROR, message: run.error.code })
    }
    span.end(run.startedAt + run.durationMs)
  }
}

/** Asked for each time: an app may install its SDK after the client was made. A run belongs to no other trace. */
function startSpan(startTime: number | undefined, attributes: Attributes): Span {
  return trace.getTracer('@rejoin/client').startSpan('rejoin.sync', {
    root: true,
    attributes,
    ...(startTime !== undefined && { startTime }),
  })
}

function attributesOf({ operationId, entity, attempt, code, willRetryAt }: FailedAttempt): Attributes {
  return {
    'rejoin.operation_id': operationId,
    'rejoin.entity': entity,
    'rejoin.attempt': attempt,
    'rejoin.code': code,
    ...(willRetryAt !== undefined && { 'rejoin.will_retry_at': willRetryAt }),
  }
}
