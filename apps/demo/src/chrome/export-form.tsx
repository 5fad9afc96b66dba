import type { FormEvent } from 'react'
import { useRef } from 'react'
import { useAttempt } from '@rejoin/client/ui'
import { z } from 'zod'
import { exportBoard, importBoard, type ExportFormat } from '../canvas/export/export-board.ts'
import { saveFile } from '../canvas/export/save-file.ts'
import { useBoard, useScene, useUi } from '../canvas/view/board-context.ts'
import { keptOnThisDevice, useKept } from '../device/this-device.ts'
import { showFlash } from '../sync/flash-toast.tsx'
import { useTheme } from '../theme/use-theme.ts'
import { Icon } from './icons.tsx'

const formats: readonly { readonly format: ExportFormat; readonly label: string; readonly hint: string }[] = [
  { format: 'png', label: 'PNG', hint: 'A picture, for chats and documents.' },
  { format: 'svg', label: 'SVG', hint: 'Sharp at any size, for drawing programs.' },
  { format: 'json', label: 'JSON', hint: 'Everything, to be imported again on any board.' },
]

const choiceSchema = z.object({ format: z.enum(['png', 'svg', 'json']), isOnPaper: z.boolean() })
const keptChoice = keptOnThisDevice('export', choiceSchema, { format: 'png', isOnPaper: true })

function FormatChoice() {
  const { format: chosen } = useKept(keptChoice)
  return (
    <fieldset className="segments">
      <legend className="visually-hidden">Format</legend>
      {formats.map(({ format, label }) => (
        <label key={format}>
          <input
            type="radio"
            name="format"
            checked={format === chosen}
            data-testid={`export-${format}`}
            onChange={() => keptChoice.change((choice) => ({ ...choice, format }))}
          />
          <span>{label}</span>
        </label>
      ))}
    </fieldset>
  )
}

function ImportButton({ onDone }: { onDone: () => void }) {
  const board = useBoard()
  const input = useRef<HTMLInputElement>(null)
  const isReadOnly = useUi((ui) => ui.isReadOnly)
  const take = async (file: File) => {
    const imported = await importBoard(board, file)
    if (imported.type === 'problem') return showFlash({ message: imported.message, isProblem: true })
    const added = imported.count === 1 ? '1 element was added' : `${imported.count} elements were added`
    showFlash({ message: `${added}. One undo takes that back.`, isProblem: false })
    onDone()
  }
  const { problem, attempt } = useAttempt()
  return (
    <>
      <button type="button" className="button" disabled={isReadOnly} onClick={() => input.current?.click()}>
        <Icon name="upload" size={18} /> Import JSON…
      </button>
      <input
        ref={input}
        type="file"
        accept=".json,application/json"
        hidden
        data-testid="import-file"
        onChange={({ target }) => {
          const [file] = target.files ?? []
          // The same file may be chosen again.
          target.value = ''
          if (file) void attempt(take(file))
        }}
      />
      {problem === undefined ? undefined : <p className="field-problem">{problem}</p>}
    </>
  )
}

/** A file's name from whatever a board is called. */
function fileNameOf(title: string, format: ExportFormat): string {
  return `${title.replaceAll(/[^\p{L}\p{N}._-]+/gu, '-')}.${format}`
}

/** The board as a file, and a file as part of the board. */
export function ExportForm({ title, onDone }: { title: string; onDone: () => void }) {
  const board = useBoard()
  const theme = useTheme()
  const { format, isOnPaper } = useKept(keptChoice)
  const selected = useUi((ui) => ui.selection.size)
  const isEmpty = useScene().elements.length === 0
  const { problem, attempt } = useAttempt()
  const save = async (form: FormEvent<HTMLFormElement>) => {
    const isSelection = new FormData(form.currentTarget).get('what') === 'selection'
    saveFile(fileNameOf(title, format), await exportBoard(board, { format, isSelection, isOnPaper }, theme))
    onDone()
  }
  return (
    <form
      className="export-form"
      onSubmit={(event) => {
        event.preventDefault()
        void attempt(save(event))
      }}
    >
      <FormatChoice />
      <p className="quiet">{formats.find((known) => known.format === format)?.hint}</p>
      <fieldset className="segments" key={String(selected > 0)}>
        <legend className="visually-hidden">What</legend>
        <label>
          <input type="radio" name="what" value="all" defaultChecked={selected === 0} />
          <span>Whole board</span>
        </label>
        <label>
          <input
            type="radio"
            name="what"
            value="selection"
            data-testid="export-selection"
            defaultChecked={selected > 0}
            disabled={selected === 0}
          />
          <span>Selection{selected > 0 ? ` (${selected})` : ''}</span>
        </label>
      </fieldset>
      <label className="check" data-hidden={format === 'json'}>
        <input
          type="checkbox"
          checked={isOnPaper}
          disabled={format === 'json'}
          data-testid="export-paper"
          onChange={({ target }) => keptChoice.change((choice) => ({ ...choice, isOnPaper: target.checked }))}
        />
        Paper behind it, not transparent
      </label>
      {problem === undefined ? undefined : <p className="field-problem">{problem}</p>}
      <button type="submit" className="button primary" data-testid="download-board" disabled={isEmpty}>
        <Icon name="download" size={18} /> Download {format.toUpperCase()}
      </button>
      <ImportButton onDone={onDone} />
    </form>
  )
}
