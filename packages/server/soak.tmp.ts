import { limits } from '@rejoin/core'
import { createSeededRandom } from '@rejoin/core/testing'
import * as Y from 'yjs'
import { admitUpdate } from './src/admission/admit-update.ts'
import { applyDelta, createKnownState } from './src/admission/known-state.ts'
import { createEditingSession } from './src/admission/testing/editing-session.ts'
import { describeDoc } from './src/admission/testing/describe-doc.ts'
import { composeUpdates } from './src/admission/compose-updates.ts'
import { knownStateOf } from './src/admission/known-state-of.ts'
const until = performance.now() + Number(process.argv[2]) * 1000
let seed = Number(process.argv[3] ?? 0), bad = 0, n = 0
for (; performance.now() < until; seed++, n++) {
  const random = createSeededRandom(seed)
  const session = createEditingSession(random.fork('editing'), 2 + random.below(4))
  for (let i = 20 + random.below(200); i > 0; i--) session.step()
  session.settle()
  const known = createKnownState(); const log: Uint8Array[] = []; const seen = new Set<string>()
  const receive = (u: Uint8Array, takePrefix = false) => { const a = admitUpdate(known, u, { canExtend: () => true, takePrefix, limits }); if (a.type === 'accepted') { applyDelta(known, a.delta); log.push(a.update) }
    if (a.type === 'refused') { bad++; console.log('REFUSED', seed, a.reason) } return a }
  for (let count = 0; count < session.log.length * 2; count++) {
    const first = random.below(session.log.length)
    const updates = session.log.slice(first, first + 1 + random.below(4))
    receive(random.chance(0.5) ? Y.mergeUpdates(updates) : updates[0]!)
    if (random.chance(0.1)) receive(Y.mergeUpdates(updates), true)
  }
  for (const doc of session.docs) { const u = Y.encodeStateAsUpdate(doc, random.chance(0.5) ? undefined : Y.encodeStateVector(known.clocks)); const a = receive(u); if (a.type === 'resync') { bad++; console.log('RESYNC', seed, a.reason) } }
  const replica = new Y.Doc(); for (const u of log) Y.applyUpdate(replica, u)
  const composed = composeUpdates(log); const second = new Y.Doc(); Y.applyUpdate(second, composed)
  const h = JSON.stringify(describeDoc(session.docs[0]!))
  const sort = (x: any): any => Array.isArray(x) ? x.map(sort) : x && typeof x === 'object' ? Object.fromEntries(Object.entries(x).sort(([a], [b]) => a < b ? -1 : 1).map(([k, v]) => [k, sort(v)])) : x
  const S = (d: Y.Doc) => JSON.stringify(sort(describeDoc(d)))
  if (S(replica) !== S(session.docs[0]!) || S(second) !== S(session.docs[0]!)) { bad++; const conv = session.docs.every((d) => S(d) === S(session.docs[0]!)); console.log('DIVERGED', seed, 'editors converged among themselves', conv, S(replica) === S(second)) }
  const k2 = knownStateOf(composed); const flat = (k: any) => JSON.stringify([[...k.clocks].sort(), [...k.deletes].sort(), [...k.keyed].sort()]); if (flat(k2) !== flat(known)) { bad++; console.log('KNOWN', seed); console.log(flat(k2)); console.log(flat(known)); if (process.argv[4]) break }
}
console.log(n, 'sessions', bad, 'bad')
