import { setTimeout as delay } from 'node:timers/promises'
import * as Y from 'yjs'
import { fetchDocument } from '../client/fetch-document.ts'
import { TypingRooms } from '../client/typing-rooms.ts'
import type { MeasureContext, Scenario } from '../scenario.ts'

const rooms = 20
const clientsPerRoom = 2
/** A document that lost everything sends nothing. */
const contentMsMax = 5_000
/** By run: so that a server that saves now and then is not always caught at the same point. */
const killedAfterMs = [4_000, 7_000, 11_500]

/** Kills the server while people type, starts it again, and looks for the updates that somebody had already received. */
function createLossScenario(updatesPerSecond: number): Scenario {
  return {
    name: `loss-${updatesPerSecond}`,
    title: `Updates already relayed and then lost by SIGKILL, at ${updatesPerSecond.toLocaleString('en')} updates/s`,
    metrics: [
      {
        key: 'lost',
        title: 'updates lost, worst of the runs',
        digits: 0,
        summary: 'worst',
        goal: { text: '0', isMet: (rejoin) => rejoin === 0 },
      },
      { key: 'lostPercent', title: '% of the updates relayed, worst', digits: 1, summary: 'worst' },
      { key: 'lostPercentMedian', title: '% of the updates relayed, median', digits: 1, summary: 'median' },
      { key: 'relayed', title: 'updates relayed before the kill', digits: 0, summary: 'median' },
    ],
    measure: (context) => measureLoss(context, updatesPerSecond),
  }
}

async function measureLoss(
  { subject, dataDir, run, isQuick }: MeasureContext,
  updatesPerSecond: number,
): Promise<Record<string, number>> {
  const server = await subject.start(dataDir)
  const typing = await TypingRooms.open({ server, subject, rooms, clientsPerRoom })
  typing.typeAt(updatesPerSecond)
  await delay(isQuick ? 1_500 : (killedAfterMs[run % killedAfterMs.length] ?? 0))
  await server.kill()
  typing.close()

  const restarted = await subject.start(dataDir)
  let relayed = 0
  let lost = 0
  const rescued = await Promise.all(
    Array.from({ length: rooms }, (_, room) =>
      fetchDocument(restarted, subject, { document: typing.documentOf(room), contentMsMax }),
    ),
  )
  for (const [room, { doc }] of rescued.entries()) {
    const stored = Y.decodeStateVector(Y.encodeStateVector(doc))
    for (const progress of typing.progressOf(room)) {
      relayed += progress.relayed
      lost += Math.max(0, progress.relayed - (stored.get(progress.client) ?? 0))
    }
  }
  await restarted.kill()
  if (relayed === 0) throw new Error('nothing was relayed before the kill')
  const lostPercent = (100 * lost) / relayed
  return { lost, lostPercent, lostPercentMedian: lostPercent, relayed }
}

export const loss400 = createLossScenario(400)
export const loss4000 = createLossScenario(4_000)
