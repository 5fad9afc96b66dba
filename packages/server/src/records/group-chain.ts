import type { JudgedOperation } from './judged-operation.ts'
import type { PreparedOperation } from './prepare-operation.ts'

interface Link {
  readonly baseVersion: number | null
  readonly version: number | undefined
}

/**
 * Operations of one group that change one record: whoever made the later ones had seen the earlier, though no version of theirs could say so
 * before the server had given one. Without this a group would conflict with itself.
 */
export class GroupChain {
  readonly #lastByRecord = new Map<string, Link>()

  /** The operation, on the version that the one before it in its group made. */
  follow(prepared: PreparedOperation): PreparedOperation {
    const { read } = prepared
    const last = read && this.#lastByRecord.get(recordOf(read.operation))
    if (read === undefined || last?.version === undefined || last.baseVersion !== read.operation.baseVersion) return prepared
    return { ...prepared, read: { ...read, operation: { ...read.operation, baseVersion: last.version } } }
  }

  add({ read }: PreparedOperation, { result }: JudgedOperation): void {
    if (read === undefined) return
    const { baseVersion } = read.operation
    this.#lastByRecord.set(recordOf(read.operation), {
      baseVersion,
      version: result.status === 'applied' ? result.version : undefined,
    })
  }
}

function recordOf({ entityType, recordId }: { readonly entityType: string; readonly recordId: string }): string {
  return `${entityType}/${recordId}`
}
