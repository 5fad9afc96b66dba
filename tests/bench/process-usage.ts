import { readFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'

/** Linux counts process time in these steps per second, whatever its timer runs at. */
const ticksPerSecond = 100
const pageBytes = 4096

/** Processor seconds (user and system, all threads) that a process has used so far, in steps of 10 ms. */
export function readCpuSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
  // Field 2 is the command in parentheses and may hold spaces; utime and stime are fields 14 and 15.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond
}

/** Bytes of physical memory that a process holds. */
export function readResidentBytes(pid: number): number {
  return Number(readFileSync(`/proc/${pid}/statm`, 'latin1').split(' ')[1]) * pageBytes
}

const settleRoundMs = 1_000
/** So many rounds without falling further count as settled. */
const settleQuietRounds = 4
const settleRoundsMax = 40
/** Less than this is no fall. */
const settleStepShare = 0.005

/** Resident bytes once the process has collected its garbage and they have stopped falling: on a busy machine that takes a while. */
export async function readSettledBytes(pid: number): Promise<number> {
  let least = Infinity
  let quietRounds = 0
  for (let round = 0; round < settleRoundsMax && quietRounds < settleQuietRounds; round += 1) {
    process.kill(pid, 'SIGUSR2')
    await delay(settleRoundMs)
    const bytes = readResidentBytes(pid)
    quietRounds = bytes < least * (1 - settleStepShare) ? 0 : quietRounds + 1
    least = Math.min(least, bytes)
  }
  return least
}
