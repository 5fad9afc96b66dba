import { useEffect, useRef } from 'react'
import { keyCaps, type Keys } from '../canvas/board/keys.ts'
import { shortcuts, type Shortcut } from '../canvas/board/shortcuts.ts'
import { useBoard, useUi } from '../canvas/view/board-context.ts'
import { IconButton } from './icon-button.tsx'
import { isApple } from './is-apple.ts'

/** What is done with the pointer has no key of its own. */
const byHand: readonly (readonly [how: string, what: string])[] = [
  ['Shift', 'In proportion, in steps of 15°, straight'],
  ['Alt', 'From the middle; a move makes copies'],
  [isApple ? '⌘' : 'Ctrl', 'Nothing jumps into line'],
  ['Space', 'A drag moves the view'],
  [`Wheel, ${isApple ? '⌘' : 'Ctrl'} Wheel`, 'Move the view, zoom'],
  ['Double click', 'Write, or write anew'],
  ['Two fingers', 'Move the view, zoom'],
  ['A finger that rests', 'Selects, also beside what is selected'],
  ['A pen', 'Draws; a hand beside it does nothing'],
]

function KeyCaps({ keys }: { keys: Keys }) {
  return keyCaps(keys, isApple).map((cap) => <kbd key={cap}>{cap}</kbd>)
}

/** Four arrows are one line with one kbd for all of them. */
function shownKeys({ keys }: Shortcut): readonly Keys[] {
  const [first] = keys
  return first?.includes('Arrow') ? [first.replace('ArrowLeft', '← → ↑ ↓')] : keys
}

function Group({ title, entries }: { title: string; entries: readonly Shortcut[] }) {
  return (
    <section>
      <h3>{title}</h3>
      <dl>
        {entries.map((shortcut) => (
          <div key={shortcut.label}>
            <dt>{shortcut.label}</dt>
            <dd>
              {shownKeys(shortcut).map((keys) => (
                <span key={keys} className="keys">
                  <KeyCaps keys={keys} />
                </span>
              ))}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  )
}

function Sheet() {
  const board = useBoard()
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => dialog.current?.showModal(), [])
  const close = () => dialog.current?.close()
  return (
    <dialog
      ref={dialog}
      className="help-sheet panel"
      aria-labelledby="help-title"
      data-testid="help-sheet"
      onClose={() => board.ui.set({ isHelpOpen: false })}
      // The sheet itself is all that a press beside its content can hit.
      onClick={(event) => event.target === dialog.current && close()}
    >
      <div className="help-content">
        <header>
          <h2 id="help-title">Keys and hands</h2>
          <IconButton icon="close" label="Close" onClick={close} data-testid="close-help" />
        </header>
        <div className="help-groups">
          {Object.entries(shortcuts).map(([title, entries]) => (
            <Group key={title} title={title} entries={Object.values(entries)} />
          ))}
          <section>
            <h3>With the pointer</h3>
            <dl>
              {byHand.map(([how, what]) => (
                <div key={how}>
                  <dt>{what}</dt>
                  <dd>
                    <kbd>{how}</kbd>
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        </div>
      </div>
    </dialog>
  )
}

/** All keys of the canvas, from the table that they are made from. */
export function HelpSheet() {
  return useUi((ui) => ui.isHelpOpen) ? <Sheet /> : undefined
}
