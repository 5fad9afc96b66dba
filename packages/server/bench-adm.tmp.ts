import * as Y from 'yjs'
import { limits } from '@rejoin/core'
import { admitUpdate } from './src/admission/admit-update.ts'
import { createKnownState, applyDelta, revertDelta } from './src/admission/known-state.ts'
import { composeUpdates } from './src/admission/compose-updates.ts'
import { knownStateOf } from './src/admission/known-state-of.ts'
import { diffState } from './src/admission/diff-state.ts'
const big = { ...limits, updateStructsMax: 1e6 }
const rules = { canExtend: () => true, takePrefix: false, limits: big }
const only = process.argv[2]
const server = new Y.Doc(); const docs: Y.Doc[] = []
for (let i = 0; i < 50; i++) { const d = new Y.Doc(); d.clientID = 1000000000 + i * 61000000; Y.applyUpdate(d, Y.encodeStateAsUpdate(server)); d.getText('t').insert(d.getText('t').length >> 1, 'hello '+i); Y.applyUpdate(server, Y.encodeStateAsUpdate(d)); docs.push(d) }
const makeRun = (edit: (d: Y.Doc, i: number) => void, n: number, which = 25, prep?: (d: Y.Doc) => void) => {
  const d = new Y.Doc(); d.clientID = docs[which]!.clientID; Y.applyUpdate(d, Y.encodeStateAsUpdate(server)); prep?.(d)
  const known = knownStateOf(Y.encodeStateAsUpdate(d)); const ups: Uint8Array[] = []
  d.on('update', (u: Uint8Array) => ups.push(u)); for (let i = 0; i < n; i++) edit(d, i)
  return { known, ups }
}
const best = (name: string, { known, ups }: { known: any, ups: Uint8Array[] }, reps = 30) => {
  let min = Infinity; let mint = Infinity
  for (let r = 0; r < reps; r++) {
    const deltas: any[] = new Array(ups.length); let judge = 0
    const t = performance.now(); for (let i = 0; i < ups.length; i++) { const a = admitUpdate(known, ups[i]!, rules); if (a.type !== 'accepted') throw new Error(a.type + (a as any).reason); applyDelta(known, a.delta); deltas[i] = a.delta } min = Math.min(min, performance.now() - t)
    for (let i = deltas.length; i--;) revertDelta(known, deltas[i])
  }
  console.log(name, (min / ups.length * 1000).toFixed(3), 'us/update (admit + apply), bytes', ups[1]!.length)
}
best('typing', makeRun((d, i) => d.getText('t').insert(10 + (i % 300), 'x'), 1000))
best('typing small id', makeRun((d, i) => d.getText('t').insert(10 + (i % 300), 'x'), 1000, 3))
best('delete scattered', makeRun((d, i) => d.getText('t').delete((i * 7919) % (d.getText('t').length - 10), 1), 1000, 25, (d) => d.getText('t').insert(0, 'y'.repeat(5000))))
best('map set', makeRun((d, i) => d.getMap('m').set('k' + (i % 50), { x: i, y: 2 * i, name: 'abc' }), 1000))
best('canvas move (nested map x,y)', makeRun((d, i) => { const e = [...d.getMap('elements').values()][i % 50] as Y.Map<number>; d.transact(() => { e.set('x', i); e.set('y', i * 2) }) }, 1000, 25, (d) => { for (let i = 0; i < 50; i++) d.getMap('elements').set('e' + i, new Y.Map([['x', 1], ['y', 2]])) }))
if (!only) {
const w = new Y.Doc(); { const tx = w.getText('t'); w.transact(() => { for (let i = 0; i < 260000; i++) tx.insert(0, 'x') }) }
const s2 = Y.encodeStateAsUpdate(w); console.log('step2 bytes', s2.length)
const min = (name: string, f: () => void) => { let m = Infinity; for (let i = 0; i < 8; i++) { const t = performance.now(); f(); m = Math.min(m, performance.now() - t) } console.log(name, m.toFixed(1), 'ms') }
const known = knownStateOf(s2)
min('step 2 of 260k structs, new', () => { if (admitUpdate(createKnownState(), s2, rules).type !== 'accepted') throw 1 })
min('step 2 of 260k structs, known', () => { if (admitUpdate(known, s2, rules).type !== 'known') throw 1 })
min('knownStateOf', () => { knownStateOf(s2) })
min('compose 1', () => { composeUpdates([s2]) })
min('diff', () => { diffState(s2, new Map([[w.clientID, 100]])) })
const { ups } = makeRun((d, i) => d.getText('t').insert(10 + (i % 300), 'x'), 20000)
min('compose tail of 20k', () => { composeUpdates(ups) })
const multi = makeRun(() => {}, 0)
// multi client canvas
const c = [0,1,2,3].map((i) => { const d = new Y.Doc(); d.clientID = 3000 + i; return d })
for (let r = 0; r < 40; r++) { for (const d of c) { for (let i = 0; i < 100; i++) { const m = d.getMap('elements'); const key = 'e' + ((r * 7 + i) % 200); const e = m.get(key) as Y.Map<number> | undefined; if (!e) m.set(key, new Y.Map([['x', 1]])); else e.set('x', i) } } for (const a of c) for (const b of c) if (a !== b) Y.applyUpdate(a, Y.encodeStateAsUpdate(b, Y.encodeStateVector(a))) }
const canvas = composeUpdates([Y.encodeStateAsUpdate(c[0]!)])
console.log('canvas structs', Y.decodeUpdate(canvas).structs.length, canvas.length)
min('canvas 4 clients new', () => { if (admitUpdate(createKnownState(), canvas, rules).type !== 'accepted') throw 1 })
min('canvas knownStateOf', () => { knownStateOf(canvas) })
}
