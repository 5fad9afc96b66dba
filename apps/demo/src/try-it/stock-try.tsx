import type { DemoClient } from '../demo-client.ts'
import { readLastRoomHash } from '../room/use-place.ts'
import { SecondDevice } from './second-device.tsx'
import { TryPanel } from './try-panel.tsx'
import { useStockLesson } from './use-stock-lesson.ts'

/** A conflict of two devices that price the same product. */
export function StockTry({ client }: { client: DemoClient }) {
  const { steps, restart } = useStockLesson(client)
  return (
    <TryPanel title="A conflict that a person settles" steps={steps} actions={{ there: <SecondDevice /> }} onRestart={restart}>
      <a href={readLastRoomHash()}>Where nobody has to decide: the canvas</a>
    </TryPanel>
  )
}
