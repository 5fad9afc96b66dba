import type { DatabaseOwner, DeviceSnapshot } from './device-snapshot.ts'
import type { IssuedCheckpoint, Ledger } from './ledger.ts'
import { isSameRecord } from './reference-record.ts'
import { isVisible } from './sim-user.ts'
import { Violation } from './violation.ts'

/** P5: what the checkpoint covers is there, whole. P7: nothing else is. */
export function auditConfirmed(ledger: Ledger, owner: DatabaseOwner, snapshot: DeviceSnapshot): void {
  const { confirmed, checkpoint } = snapshot
  for (const [key, row] of confirmed) {
    ledger.checkRow(owner, `${key} on ${owner.name}`, row.fields)
    if (key.startsWith('diary/') && row.fields['owner'] !== owner.user)
      throw new Violation('P7', `${owner.name} has the diary ${key} of somebody else`)
  }
  if (checkpoint === undefined) return
  const issued = ledger.checkpoints.get(checkpoint)
  if (issued === undefined) throw new Violation('P5', `${owner.name} keeps a checkpoint that no server gave it`)
  // After a restore from backup the old checkpoint is good for nothing; the next answer says so.
  if (issued.epoch === `epoch-${ledger.restoreCount}`) auditPrefix(ledger, { owner, issued }, snapshot)
}

function auditPrefix(
  ledger: Ledger,
  { owner, issued }: { readonly owner: DatabaseOwner; readonly issued: IssuedCheckpoint },
  { confirmed }: DeviceSnapshot,
): void {
  for (const [key, { stored }] of ledger.truthOf(issued.tenant).records) {
    if (stored.seq > issued.seq || !isVisible(issued.rights, stored)) continue
    const row = confirmed.get(key)
    if (row === undefined && stored.isDeleted) continue
    if (row === undefined || row.seq < stored.seq) {
      const held = row === undefined ? 'nothing' : `version ${row.version}`
      const wanted = `version ${stored.version} since ${stored.seq}`
      throw new Violation('P5', `${owner.name} stands at ${issued.seq} and has ${held} of ${key}, which has ${wanted}`)
    }
    if (row.seq === stored.seq && !isSameRecord(row, stored))
      throw new Violation('P6', `${owner.name} has another version ${row.version} of ${key} than the disk`)
  }
}
