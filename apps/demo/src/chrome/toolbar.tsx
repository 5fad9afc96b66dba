import { chooseTool } from '../canvas/board/commands.ts'
import type { Tool } from '../canvas/gesture/tool.ts'
import { useBoard, useUi } from '../canvas/view/board-context.ts'
import { IconButton } from './icon-button.tsx'

const tools: readonly { readonly tool: Tool; readonly label: string; readonly shortcut: string }[] = [
  { tool: 'select', label: 'Select', shortcut: 'V' },
  { tool: 'hand', label: 'Move around', shortcut: 'H' },
  { tool: 'rectangle', label: 'Rectangle', shortcut: 'R' },
  { tool: 'ellipse', label: 'Ellipse', shortcut: 'O' },
  { tool: 'line', label: 'Line', shortcut: 'L' },
  { tool: 'freehand', label: 'Draw', shortcut: 'P' },
  { tool: 'text', label: 'Text', shortcut: 'T' },
  { tool: 'note', label: 'Note', shortcut: 'N' },
]

export function Toolbar() {
  const board = useBoard()
  const chosen = useUi((ui) => ui.tool)
  const isReadOnly = useUi((ui) => ui.isReadOnly)
  return (
    <div className="toolbar panel" role="toolbar" aria-label="Tools">
      {tools.map(({ tool, label, shortcut }, index) => (
        <IconButton
          key={tool}
          icon={tool}
          label={label}
          shortcut={shortcut}
          className={index === 2 ? 'after-gap' : ''}
          data-testid={`tool-${tool}`}
          aria-pressed={chosen === tool}
          disabled={isReadOnly && index > 1}
          onClick={(event) => {
            chooseTool(board, tool)
            // A click with the mouse leaves the keys to the canvas; someone tabbing through stays where they are.
            if (event.detail > 0) event.currentTarget.blur()
          }}
        />
      ))}
    </div>
  )
}
