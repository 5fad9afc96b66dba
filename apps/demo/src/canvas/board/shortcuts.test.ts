import { expect, test } from 'vitest'
import { undo } from './commands.ts'
import { ariaKeys, keyCaps, keysOf, type KeyPress, type Keys } from './keys.ts'
import { commandFor, shortcuts, type Shortcut } from './shortcuts.ts'
import { draw, openBoard } from './testing/open-board.ts'
import { finishWriting, write } from './writing.ts'

const everything: readonly Shortcut[] = Object.values(shortcuts).flatMap((group) => Object.values<Shortcut>(group))

/** The press that is written so, on a keyboard that has the sign. */
function pressOf(keys: Keys): KeyPress {
  const names = keys.split('+')
  const name = names.at(-1) ?? ''
  return {
    key: name === 'Plus' ? '+' : name.length === 1 && !names.includes('Shift') ? name.toLowerCase() : name,
    ctrlKey: names.includes('Ctrl'),
    metaKey: false,
    altKey: names.includes('Alt'),
    shiftKey: names.includes('Shift'),
  }
}

test('[HD9] no keys and no words are in the table twice, and every key that is listed is found', () => {
  const keys = everything.flatMap((shortcut) => shortcut.keys)
  const labels = everything.map(({ label }) => label)
  expect([new Set(keys).size, new Set(labels).size]).toEqual([keys.length, labels.length])
  for (const { run, keys: own } of everything)
    for (const one of own) {
      expect(keysOf(pressOf(one))).toBe(one)
      expect([one, commandFor(pressOf(one)) !== undefined]).toEqual([one, run !== undefined])
    }
})

const press = (key: string, held: Partial<KeyPress> = {}): KeyPress => ({
  key,
  ctrlKey: false,
  metaKey: false,
  shiftKey: false,
  altKey: false,
  ...held,
})

test('[HD9] a sign is the sign whatever it takes to type it; letters and arrows tell Shift apart', () => {
  expect([
    keysOf(press('?', { shiftKey: true })),
    keysOf(press('+', { ctrlKey: true, shiftKey: true })),
    keysOf(press('[', { ctrlKey: true, altKey: true })),
    keysOf(press('Z', { metaKey: true, shiftKey: true })),
    keysOf(press('ArrowUp', { shiftKey: true })),
    keysOf(press('d', { altKey: true })),
  ]).toEqual(['?', 'Ctrl+Plus', '[', 'Ctrl+Shift+Z', 'Shift+ArrowUp', 'Alt+D'])
  expect([keyCaps('Ctrl+Shift+Z', false), keyCaps('Ctrl+Plus', true)]).toEqual([
    ['Ctrl', 'Shift', 'Z'],
    ['⌘', '+'],
  ])
  expect(ariaKeys(['Ctrl+Shift+Z', 'Ctrl+Y'], false)).toBe('Control+Shift+Z Control+Y')
})

test('[HD10] without a pointer one goes from thing to thing, resizes and turns it, in one step of undo for presses in a row', () => {
  const { board } = openBoard()
  draw(board, 'rectangle', [
    { x: 0, y: 0 },
    { x: 50, y: 50 },
  ])
  draw(board, 'rectangle', [
    { x: 100, y: 0 },
    { x: 150, y: 50 },
  ])
  const type = (key: string, held: Partial<KeyPress> = {}) => commandFor(press(key, held))?.(board)
  const selected = () => [...board.ui.get().selection]
  type('Escape')
  type('j')
  expect(selected()).toEqual(['id1'])
  type('j')
  type('j')
  expect(selected()).toEqual(['id1'])
  type('k')
  expect(selected()).toEqual(['id2'])
  type('ArrowRight', { altKey: true })
  type('ArrowDown', { altKey: true, shiftKey: true })
  expect(board.scene.scene.byId.get('id2')).toMatchObject({ x: 100, y: 0, width: 51, height: 60 })
  undo(board)
  expect(board.scene.scene.byId.get('id2')).toMatchObject({ x: 100, y: 0, width: 50, height: 50 })
  type('.')
  expect(board.scene.scene.byId.get('id2')).toMatchObject({ rotation: 15 })
  type('?', { shiftKey: true })
  expect(board.ui.get().isHelpOpen).toBe(true)
})

test.each(['n', 't'])(
  '[HD10] Enter places what %s draws and writes on it at once, and later writes in the only thing that is selected',
  (key) => {
    const { board } = openBoard()
    commandFor(press(key))?.(board)
    commandFor(press('Enter'))?.(board)
    write(board, 'words')
    finishWriting(board)
    expect(board.scene.scene.elements).toMatchObject([{ text: 'words' }])
    commandFor(press('Enter'))?.(board)
    expect(board.ui.get().editing?.element).toMatchObject({ text: 'words' })
  },
)
