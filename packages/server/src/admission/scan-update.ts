import { fail } from './byte-cursor.ts'
import { appendRange, hasClock, isInRanges } from './clock-ranges.ts'
import type { KnownState } from './known-state.ts'
import {
  contentRef,
  createStructReader,
  hasOwnPlace,
  isItem,
  isLiveRun,
  readSection,
  readSectionCount,
  readStruct,
  structFlag,
  type StructReader,
} from './struct-reader.ts'

/** The structs of one client that reach beyond its known clock. */
export interface Section {
  readonly client: number
  readonly known: number
  /** Of the first new struct, which may begin before the known clock. */
  readonly firstClock: number
  readonly firstOffset: number
  /** Where the part ends that follows the known clock without a gap: clock, byte offset, and number of structs in it. */
  endClock: number
  endOffset: number
  endCount: number
  /** Something lies behind that end. */
  hasGap: boolean
  /** Clocks of new structs that came deleted, as start, end. */
  deleted: number[] | undefined
  /** Clocks of new structs that are values of map keys, as start, end; preliminary while some struct lies beside an unknown one. */
  keyed: number[] | undefined
  /** Those of them whose struct holds several values and did not come deleted. */
  keyedRuns: number[] | undefined
  /** References to structs that are not known, in the order of the structs that make them. */
  needs: Need[] | undefined
}

/** A struct refers to a clock of a client that the known state does not have. */
export interface Need {
  /** Of the struct that refers. */
  readonly clock: number
  readonly offset: number
  /** How many new structs of its client lie before it. */
  readonly count: number
  readonly needsClient: number
  readonly needsClock: number
}

export interface UpdateScan {
  readonly reader: StructReader
  readonly known: KnownState
  readonly sections: Section[]
  /** Structs beyond the known clocks. */
  structCount: number
  /** Clocks beyond the known ones that carry no content. */
  contentlessClocks: number
  /** Types created beyond the known clocks. */
  typeCount: number
  hasNeeds: boolean
  hasKeys: boolean
  /** Some of the update lies within the known clocks: its bytes must not go on as they are. */
  hasKnownStructs: boolean
  /** The problem is that there is too much. */
  isTooLarge: boolean
}

export interface UpdateLimits {
  /** Most new structs in one update, and most new ranges in its delete set. */
  readonly updateStructsMax: number
  /** Most new clocks without content in one update. */
  readonly updateContentlessClocksMax: number
  readonly valueDepthMax: number
  /** Longest chain of types created inside one another by one update. */
  readonly typeDepthMax: number
}

/**
 * Reads all structs of an update, keeping only where the new ones lie and what they refer to. Look at `reader.problem` first:
 * the scan ends with it, also where there is more than the limits allow, so that nothing is kept of what will not be taken.
 */
export function scanUpdate(known: KnownState, update: Uint8Array, limits: UpdateLimits): UpdateScan {
  const reader = createStructReader(update, limits.valueDepthMax)
  const scan: UpdateScan = {
    reader,
    known,
    sections: [],
    structCount: 0,
    contentlessClocks: 0,
    typeCount: 0,
    hasNeeds: false,
    hasKeys: false,
    hasKnownStructs: false,
    isTooLarge: false,
  }
  const sectionCount = readSectionCount(reader)
  if (sectionCount > known.clocks.size + limits.updateStructsMax)
    failTooLarge(scan, 'the update lists more clients than there can be')
  const clients = sectionCount > 1 ? new Set<number>() : undefined
  for (let index = 0; index < sectionCount && reader.problem === undefined; index++) {
    scanSection(scan, limits)
    if (clients?.has(reader.client)) fail(reader, 'a client is listed twice')
    clients?.add(reader.client)
  }
  return scan
}

function scanSection(scan: UpdateScan, limits: UpdateLimits): void {
  const { reader } = scan
  const structCount = readSection(reader)
  const known = scan.known.clocks.get(reader.client) ?? 0
  let section: Section | undefined
  for (let index = 0; index < structCount; index++) {
    readStruct(reader)
    if (reader.problem !== undefined) return
    if (reader.clock + reader.length <= known) scan.hasKnownStructs = true
    else {
      section ??= openSection(scan, known)
      takeStruct(scan, section)
      checkSize(scan, limits)
    }
  }
  if (structCount === 0) scan.hasKnownStructs = true
}

function checkSize(scan: UpdateScan, limits: UpdateLimits): void {
  if (scan.structCount > limits.updateStructsMax)
    failTooLarge(scan, `the update holds more than ${limits.updateStructsMax} new structs`)
  else if (scan.contentlessClocks > limits.updateContentlessClocksMax) {
    failTooLarge(scan, `the update covers more than ${limits.updateContentlessClocksMax} clocks without content`)
  }
}

/** As `fail`, where nothing is wrong but the size. */
export function failTooLarge(scan: UpdateScan, problem: string): void {
  scan.isTooLarge ||= scan.reader.problem === undefined
  fail(scan.reader, problem)
}

function openSection(scan: UpdateScan, known: number): Section {
  const { client, clock, start } = scan.reader
  const section: Section = {
    client,
    known,
    firstClock: clock,
    firstOffset: start,
    endClock: known,
    endOffset: start,
    endCount: 0,
    hasGap: clock > known,
    deleted: undefined,
    keyed: undefined,
    keyedRuns: undefined,
    needs: undefined,
  }
  if (clock < known) scan.hasKnownStructs = true
  scan.sections.push(section)
  return section
}

function takeStruct(scan: UpdateScan, section: Section): void {
  const { reader } = scan
  const { ref, clock } = reader
  const end = clock + reader.length
  scan.structCount += 1
  if (ref === contentRef.type) scan.typeCount += 1
  const isContentless = ref === contentRef.gc || ref === contentRef.deleted || ref === contentRef.skip
  if (isContentless) scan.contentlessClocks += end - Math.max(clock, section.known)
  if (ref === contentRef.skip) section.hasGap = true
  if (section.hasGap) return
  if (isContentless) appendRange((section.deleted ??= []), Math.max(clock, section.known), end)
  if (reader.originClock >= 0) noteNeed(scan, section, reader.originClient, reader.originClock)
  if (reader.rightClock >= 0) noteNeed(scan, section, reader.rightClient, reader.rightClock)
  if (reader.parentClock >= 0) noteNeed(scan, section, reader.parentClient, reader.parentClock)
  if (isKeyed(scan, section)) takeKeyed(scan, section)
  section.endClock = end
  section.endOffset = reader.position
  section.endCount += 1
}

/** Whether the struct is the value of a map key: it says so itself, or the neighbour is one that it lies beside. */
function isKeyed(scan: UpdateScan, section: Section): boolean {
  const { reader } = scan
  const { keyed } = scan.known
  if (keyed.size === 0 && !scan.hasKeys && (reader.info & structFlag.parentSub) === 0) return false
  if (!isItem(reader)) return false
  if (reader.clock < section.known) return hasClock(keyed, section.client, section.known - 1)
  if (hasOwnPlace(reader)) return (reader.info & structFlag.parentSub) !== 0
  if (reader.originClock >= 0) return isKeyedBase(scan, section, reader.originClient, reader.originClock)
  return reader.rightClock >= 0 && isKeyedBase(scan, section, reader.rightClient, reader.rightClock)
}

function isKeyedBase(scan: UpdateScan, section: Section, client: number, clock: number): boolean {
  if (client !== section.client || clock < section.known) return hasClock(scan.known.keyed, client, clock)
  return section.keyed !== undefined && isInRanges(section.keyed, clock)
}

function takeKeyed(scan: UpdateScan, section: Section): void {
  const { reader } = scan
  const start = Math.max(reader.clock, section.known)
  const end = reader.clock + reader.length
  scan.hasKeys = true
  appendRange((section.keyed ??= []), start, end)
  if (isLiveRun(reader)) appendRange((section.keyedRuns ??= []), start, end)
}

/** A client's own structs come in order, so a reference to an earlier one is met; one to itself or later never is. */
function noteNeed(scan: UpdateScan, section: Section, needsClient: number, needsClock: number): void {
  const { clock, start } = scan.reader
  const knownBelow = needsClient === section.client ? clock : (scan.known.clocks.get(needsClient) ?? 0)
  if (needsClock < knownBelow) return
  scan.hasNeeds = true
  ;(section.needs ??= []).push({ clock, offset: start, count: section.endCount, needsClient, needsClock })
}
