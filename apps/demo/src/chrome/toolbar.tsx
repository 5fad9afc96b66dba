import { chooseTool } from '../canvas/board/commands.ts'
import { shortcuts } from '../canvas/board/shortcuts.ts'
import type { Tool } from '../canvas/gesture/tool.ts'
import { useBoard, useUi } from '../canvas/view/board-context.ts'
import { IconButton } from './icon-button.tsx'

const tools: readonly Tool[] = ['select', 'hand', 'rectangle', 'ellipse', 'line', 'freehand', 'text', 'note']
const lookingTools: readonly Tool[] = ['select', 'hand']

export function Toolbar() {
  const board = useBoard()
  const chosen = useUi((ui) => ui.tool)
  const isReadOnly = useUi((ui) => ui.isReadOnly)
  return (
    <div className="toolbar panel" role="toolbar" aria-label="Tools">
      {tools.map((tool) => (
        <IconButton
          key={tool}
          icon={tool}
          label={shortcuts.Tools[tool].label}
          shortcut={shortcuts.Tools[tool]}
          className={tool === 'rectangle' ? 'after-gap' : ''}
          data-testid={`tool-${tool}`}
          aria-pressed={chosen === tool}
          disabled={isReadOnly && !lookingTools.includes(tool)}
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
