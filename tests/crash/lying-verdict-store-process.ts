// Servers that keep verdicts of scene operations otherwise than with their effect, which the crash campaign must find. REJOIN_TEST_LIE says how.
import type { AppendRequest, TenantDocuments } from '@rejoin/server'
import { serveLyingStore } from './serve-lying-store.ts'

/** From the rows to the verdicts, where these go apart. */
const apartMs = 20

const lies: Readonly<Record<string, (honest: TenantDocuments) => TenantDocuments['append']>> = {
  /** In a transaction of their own, a little later. */
  apart: (honest) => async (request) => {
    const { verdicts = [], ...rest } = request
    const result = await honest.append(rest)
    if (verdicts.length > 0 && result.type === 'committed') {
      await new Promise((resolve) => setTimeout(resolve, apartMs))
      await appendVerdicts(honest, { ...rest, rows: [], bindings: [], verdicts }, result.seq)
    }
    return result
  },
  /** Not at all. */
  forgetful: (honest) => (request) => honest.append({ ...request, verdicts: [] }),
  /** Without the effect. */
  hollow: (honest) => async (request) => {
    if ((request.verdicts ?? []).length === 0) return honest.append(request)
    await honest.append({ ...request, rows: [] })
    return { type: 'committed', seq: request.afterSeq + request.rows.length }
  },
}

/** Nobody else writes meanwhile: a room has one append under way. */
async function appendVerdicts(honest: TenantDocuments, request: AppendRequest, afterSeq: number): Promise<void> {
  await honest.append({ ...request, afterSeq })
}

const lie = lies[process.env['REJOIN_TEST_LIE'] ?? '']
if (lie === undefined) throw new Error('REJOIN_TEST_LIE names no lie')
await serveLyingStore((honest) => ({ ...honest, append: lie(honest) }))
