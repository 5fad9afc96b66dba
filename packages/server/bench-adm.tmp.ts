import * as Y from 'yjs'
import { limits } from '@rejoin/core'
import { admitUpdate } from './src/admission/admit-update.ts'
import { createKnownState, applyDelta, revertDelta } from './src/admission/known-state.ts'
import { composeUpdates, knownStateOf, diffState } from './src/admission/compose-updates.ts'
const big = { ...limits, updateStructsMax: 1e6 }
const rules = { canExtend: () => true, takePrefix: false, limits: big }
// 50 clients
const server = new Y.Doc(); const docs: Y.Doc[] = []
for (let i = 0; i < 50; i++) { const d = new Y.Doc(); d.clientID = 1000000000 + i * 61000000; Y.applyUpdate(d, Y.encodeStateAsUpdate(server)); d.getText('t').insert(d.getText('t').length >> 1, 'hello '+i); Y.applyUpdate(server, Y.encodeStateAsUpdate(d)); docs.push(d) }
const known = knownStateOf(Y.encodeStateAsUpdate(server))
const d = docs[25]!; Y.applyUpdate(d, Y.encodeStateAsUpdate(server))
const ups: Uint8Array[] = []; d.on('update', (u: Uint8Array) => ups.push(u))
for (let i = 0; i < 20000; i++) d.getText('t').insert(10 + (i % 300), 'x')
console.log('typing bytes', ups[100]!.length)
function typing() { const deltas: any[] = []; const t = performance.now(); for (const u of ups) { const a = admitUpdate(known, u, rules); if (a.type !== 'accepted') throw new Error(a.type); applyDelta(known, a.delta); deltas.push(a.delta) } const ms = performance.now() - t; for (let i = deltas.length; i--;) revertDelta(known, deltas[i]); return ms }
for (let i = 0; i < 12; i++) console.log('typing us/update (admit+apply)', (typing() / ups.length * 1000).toFixed(3))
// with deletes
const dels: Uint8Array[] = []; d.on('update', (u: Uint8Array) => dels.push(u)); ups.forEach(u => {const a=admitUpdate(known,u,rules); if (a.type==='accepted') applyDelta(known,a.delta)})
for (let i = 0; i < 5000; i++) d.getText('t').delete((i * 7919) % (d.getText('t').length - 10), 1)
let t0 = performance.now(); for (const u of dels) { const a = admitUpdate(known, u, rules); if (a.type !== 'accepted') throw new Error(a.type); applyDelta(known, a.delta) }
console.log('deletes us/update', ((performance.now() - t0) / dels.length * 1000).toFixed(3))
// big step2
const w = new Y.Doc(); w.getText('t'); { const tx = w.getText('t'); w.transact(() => { for (let i = 0; i < 260000; i++) tx.insert(0, 'x') }) }
const s2 = Y.encodeStateAsUpdate(w); console.log('step2 bytes', s2.length)
for (let i = 0; i < 5; i++) { const k = createKnownState(); const t = performance.now(); const a = admitUpdate(k, s2, rules); console.log(a.type, 'step2 ms', (performance.now() - t).toFixed(1)) }
for (let i = 0; i < 3; i++) { const t = performance.now(); const k = knownStateOf(s2); const t2 = performance.now(); composeUpdates([s2]); const t3 = performance.now(); diffState(s2, new Map([[w.clientID, 100]])); console.log('knownStateOf', (t2 - t).toFixed(1), 'compose', (t3 - t2).toFixed(1), 'diff', (performance.now() - t3).toFixed(1)) ; const t4 = performance.now(); admitUpdate(k, s2, rules); console.log('known step2', (performance.now() - t4).toFixed(1)) }
let t5 = performance.now(); composeUpdates(ups); console.log('compose 20k tail', (performance.now() - t5).toFixed(1))
