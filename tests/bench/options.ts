import { parseArgs } from 'node:util'
import { pouchdb } from './records/pouchdb.ts'
import type { RecordSubject } from './records/record-subject.ts'
import { rejoinRecords } from './records/rejoin.ts'
import type { Contest, Scenario } from './scenario.ts'
import { canvasFrames } from './scenarios/canvas-frames.ts'
import { fanOut } from './scenarios/fan-out.ts'
import { firstLoad } from './scenarios/first-load.ts'
import { latencyOfManyRooms, latencyOfOneLargeRoom, latencyOfOneLargeRoomSaturated } from './scenarios/latency.ts'
import { loss400, loss4000 } from './scenarios/loss.ts'
import { memoryOfScenes, memoryOfTexts } from './scenarios/memory.ts'
import { reconnect } from './scenarios/reconnect.ts'
import { recordsBesidePouchdb } from './scenarios/records-beside-pouchdb.ts'
import { recordsBytes } from './scenarios/records-bytes.ts'
import { recordsFlapping } from './scenarios/records-flapping.ts'
import { recordsLocal } from './scenarios/records-local.ts'
import { recordsManyTenants, recordsOneTenant } from './scenarios/records-server.ts'
import { recordsSettle } from './scenarios/records-settle.ts'
import { recordsStartUp } from './scenarios/records-start-up.ts'
import type { Contestant, Subject } from './subject.ts'
import { hocuspocus } from './subjects/hocuspocus.ts'
import { rejoin } from './subjects/rejoin.ts'
import { yWebsocket } from './subjects/y-websocket.ts'

export interface Options {
  readonly scenarios: readonly Scenario[]
  readonly subjects: readonly Subject[]
  readonly recordContests: readonly Contest<RecordSubject>[]
  readonly canvasContests: readonly Contest<Contestant>[]
  readonly runs: number
  readonly isQuick: boolean
}

const allScenarios = [
  fanOut,
  latencyOfManyRooms,
  latencyOfOneLargeRoom,
  latencyOfOneLargeRoomSaturated,
  firstLoad,
  memoryOfTexts,
  memoryOfScenes,
  reconnect,
  loss400,
  loss4000,
]
const allSubjects = [rejoin, hocuspocus, yWebsocket]
const alone = { subjects: [rejoinRecords], rival: undefined }
const allRecordContests: readonly Contest<RecordSubject>[] = [
  { scenario: recordsSettle, ...alone },
  { scenario: recordsStartUp, ...alone },
  { scenario: recordsOneTenant, ...alone },
  { scenario: recordsManyTenants, ...alone },
  { scenario: recordsBytes, ...alone },
  { scenario: recordsBesidePouchdb, subjects: [rejoinRecords, pouchdb], rival: 'pouchdb' },
  { scenario: recordsLocal, ...alone },
  { scenario: recordsFlapping, ...alone },
]
/** The demo is measured by itself. */
const allCanvasContests: readonly Contest<Contestant>[] = [
  { scenario: canvasFrames, subjects: [rejoinRecords], rival: undefined },
]
const scenarioNames = [...allScenarios, ...[...allRecordContests, ...allCanvasContests].map(({ scenario }) => scenario)].map(
  ({ name }) => name,
)
const runsMax = 99

/** Reads `--only fan-out,latency --subjects rejoin,hocuspocus --runs 3 --quick`; prints usage and ends with 2 where they make no sense. */
export function readOptions(args: readonly string[]): Options {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        only: { type: 'string', default: '' },
        subjects: { type: 'string', default: '' },
        runs: { type: 'string', default: '3' },
        quick: { type: 'boolean', default: false },
      },
    })
    const runs = Number(values.runs)
    if (!Number.isInteger(runs) || runs < 1 || runs > runsMax) throw new Error(`--runs takes 1 to ${runsMax}`)
    const chosen = choose(scenarioNames, values.only, (name, wanted) => name.startsWith(wanted))
    return {
      // A prefix selects: `latency` means all its scenarios.
      scenarios: allScenarios.filter(({ name }) => chosen.includes(name)),
      recordContests: allRecordContests.filter(({ scenario }) => chosen.includes(scenario.name)),
      canvasContests: allCanvasContests.filter(({ scenario }) => chosen.includes(scenario.name)),
      subjects: choose(allSubjects, values.subjects, (subject, wanted) => subject.name === wanted),
      runs,
      isQuick: values.quick,
    }
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}
usage: npm run bench -- [--only NAME,…] [--subjects NAME,…] [--runs 3] [--quick]
scenarios: ${scenarioNames.join(', ')}
subjects: ${allSubjects.map(({ name }) => name).join(', ')}`)
    process.exit(2)
  }
}

function choose<T>(all: readonly T[], list: string, matches: (candidate: T, wanted: string) => boolean): readonly T[] {
  const wanted = list.split(',').filter((name) => name !== '')
  if (wanted.length === 0) return all
  for (const name of wanted) {
    if (!all.some((candidate) => matches(candidate, name))) throw new Error(`there is no ${name}`)
  }
  return all.filter((candidate) => wanted.some((name) => matches(candidate, name)))
}
