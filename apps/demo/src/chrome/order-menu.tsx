import { shortcuts } from '../canvas/board/shortcuts.ts'
import { reorderSelected } from '../canvas/board/arrange.ts'
import type { OrderMove } from '../canvas/model/order.ts'
import { useBoard } from '../canvas/view/board-context.ts'
import { IconButton } from './icon-button.tsx'
import { Icon, type IconName } from './icons.tsx'
import { Menu } from './menu.tsx'

const moves: readonly (readonly [move: OrderMove, icon: IconName])[] = [
  ['back', 'toBack'],
  ['backward', 'backward'],
  ['forward', 'forward'],
  ['front', 'toFront'],
]

/** What lies on top of what. Stays open: one often goes by several steps. */
export function OrderMenu() {
  const board = useBoard()
  return (
    <Menu name="order" label="Order" button={<Icon name="order" />}>
      {() =>
        moves.map(([move, icon]) => (
          <IconButton
            key={move}
            icon={icon}
            label={shortcuts.Arrange[move].label}
            shortcut={shortcuts.Arrange[move]}
            data-testid={`order-${move}`}
            onClick={() => reorderSelected(board, move)}
          />
        ))
      }
    </Menu>
  )
}
