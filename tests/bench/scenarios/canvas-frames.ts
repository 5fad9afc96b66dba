import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { openBrowser } from '../../support/open-browser.ts'
import { createLargeScene, moveCursors } from '../canvas/large-scene.ts'
import { storeDocuments } from '../client/store-documents.ts'
import type { Scenario } from '../scenario.ts'
import { repositoryRoot, spawnServer } from '../spawn-server.ts'
import type { Contestant } from '../subject.ts'
import { rejoin } from '../subjects/rejoin.ts'

const goalFramesPerSecond = 50
const goalPictureMs = 1_000
const goalSharpMs = 200
const people = 20

interface Frames {
  readonly framesPerSecond: number
  /** The longest time without a new frame. */
  readonly gapMs: number
}

/** Turns the wheel once a frame for a while: `pan` goes round in a circle, `zoom` in and out. */
function turnWheel(page: Page, kind: 'pan' | 'zoom', durationMs: number): Promise<Frames> {
  return page.evaluate(
    ([how, lastingMs]) =>
      new Promise<Frames>((resolve) => {
        const canvas = document.querySelector('[data-testid="canvas"]')
        const startedAt = performance.now()
        let [frames, last, gapMs] = [0, startedAt, 0]
        const frame = (): void => {
          const now = performance.now()
          gapMs = Math.max(gapMs, now - last)
          last = now
          if (now - startedAt >= lastingMs) return resolve({ framesPerSecond: (frames * 1_000) / (now - startedAt), gapMs })
          frames += 1
          const turn = (now - startedAt) / 500
          canvas?.dispatchEvent(
            new WheelEvent('wheel', {
              bubbles: true,
              cancelable: true,
              clientX: 720,
              clientY: 450,
              ctrlKey: how === 'zoom',
              deltaX: how === 'pan' ? 8 * Math.cos(turn) : 0,
              deltaY: how === 'pan' ? 8 * Math.sin(turn) : 12 * Math.cos(turn * 2),
            }),
          )
          requestAnimationFrame(frame)
        }
        requestAnimationFrame(frame)
      }),
    [kind, durationMs] as const,
  )
}

/** Goes to a room and resolves to the ms until its elements are on the screen. */
function enterRoom(page: Page, room: string): Promise<number> {
  return page.evaluate(
    (name) =>
      new Promise<number>((resolve) => {
        const startedAt = performance.now()
        location.hash = `#/${name}`
        const look = (): void => {
          const [canvas] = document.querySelectorAll<HTMLCanvasElement>('[data-testid="canvas"] canvas')
          const pixels =
            canvas && canvas.width > 0 ? canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height).data : undefined
          let painted = 0
          for (let at = 3; pixels && at < pixels.length; at += 4 * 97) if (pixels[at]) painted += 1
          // A grid of five thousand shapes covers far more than one in a hundred of the points looked at.
          if (pixels && painted > pixels.length / (4 * 97) / 100) resolve(performance.now() - startedAt)
          else requestAnimationFrame(look)
        }
        look()
      }),
    room,
  )
}

/** From the last turn of the wheel until the elements are drawn as sharp as they get. */
function untilSharp(page: Page): Promise<number> {
  return page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        const canvas = document.querySelector('[data-testid="canvas"]')
        canvas?.dispatchEvent(new WheelEvent('wheel', { bubbles: true, cancelable: true, deltaX: 3 }))
        const startedAt = performance.now()
        const look = (): void => {
          if (!document.querySelector('[data-picture="moving"]')) resolve(performance.now() - startedAt)
          else requestAnimationFrame(look)
        }
        requestAnimationFrame(look)
      }),
  )
}

export const canvasFrames: Scenario<Contestant> = {
  name: 'canvas-frames',
  title: 'The canvas with 5,000 elements, all in view, 1440 × 900, in Chromium',
  metrics: [
    {
      key: 'pictureMs',
      title: 'from the room’s address to its picture, ms',
      digits: 0,
      summary: 'median',
      goal: { text: '≤ 1,000', isMet: (ms) => ms <= goalPictureMs },
    },
    {
      key: 'panFps',
      title: 'panning, frames per second',
      digits: 0,
      summary: 'median',
      goal: { text: '≥ 50', isMet: (fps) => fps >= goalFramesPerSecond },
    },
    { key: 'panGapMs', title: 'longest time between two frames, ms', digits: 0, summary: 'worst' },
    {
      key: 'zoomFps',
      title: 'zooming, frames per second',
      digits: 0,
      summary: 'median',
      goal: { text: '≥ 50', isMet: (fps) => fps >= goalFramesPerSecond },
    },
    { key: 'zoomGapMs', title: 'longest time between two frames, ms', digits: 0, summary: 'worst' },
    {
      key: 'crowdFps',
      title: 'panning while 20 people move their pointers, frames per second',
      digits: 0,
      summary: 'median',
      goal: { text: '≥ 50', isMet: (fps) => fps >= goalFramesPerSecond },
    },
    {
      key: 'mapFps',
      title: 'the same with the map of the board open',
      digits: 0,
      summary: 'median',
      goal: { text: '≥ 50', isMet: (fps) => fps >= goalFramesPerSecond },
    },
    {
      key: 'sharpMs',
      title: 'from the last movement to the sharp picture, ms',
      digits: 0,
      summary: 'worst',
      goal: { text: '≤ 200', isMet: (ms) => ms <= goalSharpMs },
    },
  ],
  async measure({ dataDir, isQuick }) {
    const durationMs = isQuick ? 1_000 : 4_000
    const server = await spawnServer({
      entry: process.env['BENCH_REJOIN_ENTRY'] ?? join(repositoryRoot, 'packages/server/dist/main.js'),
      args: [
        ...'--port 0 --rate-limits off --log-level warn'.split(' '),
        '--data-dir',
        dataDir,
        '--static-dir',
        join(repositoryRoot, 'apps/demo/dist'),
      ],
      pathOf: (document) => `/documents/${document}`,
    })
    await storeDocuments(server, rejoin, { documents: ['canvas/large'], update: createLargeScene(isQuick ? 1_000 : 5_000) })
    await using browser = await openBrowser()
    const page = await browser.newPage({ viewport: { width: 1_440, height: 900 } })
    await page.goto(`http://127.0.0.1:${server.port}/#/empty`)
    await page.waitForFunction(() => 'rejoinDemo' in window)
    const pictureMs = await enterRoom(page, 'large')
    const pan = await turnWheel(page, 'pan', durationMs)
    const sharpMs = await untilSharp(page)
    const zoom = await turnWheel(page, 'zoom', durationMs)
    const stop = moveCursors(`ws://127.0.0.1:${server.port}/documents`, 'canvas/large', people)
    await page.waitForFunction((count) => document.querySelectorAll('[data-testid="peer-cursor"]').length === count, people)
    const crowd = await turnWheel(page, 'pan', durationMs)
    await page.locator('[data-testid="toggle-map"]').click()
    const map = await turnWheel(page, 'pan', durationMs)
    stop()
    await server.stop()
    return {
      pictureMs,
      panFps: pan.framesPerSecond,
      panGapMs: pan.gapMs,
      zoomFps: zoom.framesPerSecond,
      zoomGapMs: zoom.gapMs,
      crowdFps: crowd.framesPerSecond,
      mapFps: map.framesPerSecond,
      sharpMs,
    }
  },
}
