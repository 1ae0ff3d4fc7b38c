import { expect, it } from 'vitest'
import { printable, printableJson } from './printable.ts'
import { printList, printOne, table } from './table.ts'

const printed = (json: boolean, items: readonly { name: string; id: number }[]): string => {
  const lines: string[] = []
  const columns = { Name: ({ name }: { name: string }) => name }
  printList({ io: { print: (line) => lines.push(line) }, sharedOptions: { json } }, items, columns)
  return lines.join('\n')
}

it('is what scripts of the old service read', () => {
  const items = ['aws_access_key_id', 'aws_secret_access_key'].map((name, id) => ({ name, id }))
  expect(printed(false, items)).toBe(`+-----------------------+
| Name                  |
+-----------------------+
| aws_access_key_id     |
| aws_secret_access_key |
+-----------------------+`)
  expect(printed(false, [])).toBe('No data found')
})

it('is JSON with all that is known when that is asked for, also of nothing', () => {
  expect(JSON.parse(printed(true, [{ name: 'A', id: 1 }]))).toEqual([{ name: 'A', id: 1 }])
  expect(printed(true, [])).toBe('[]')
})

it('stays in shape with letters that are wide, and with those that are none', () => {
  expect(
    table(
      ['Name', 'ID'],
      [
        ['日本', 'a'],
        ['e\u0301', 'b'],
        ['🚀', 'c'],
      ],
    ),
  ).toEqual([
    '+------+----+',
    '| Name | ID |',
    '+------+----+',
    '| 日本 | a  |',
    '| e\u0301    | b  |',
    '| 🚀   | c  |',
    '+------+----+',
  ])
})

it('shows the parts of one thing', () => {
  const lines: string[] = []
  printOne({ io: { print: (line) => lines.push(line) }, sharedOptions: {} }, {}, { Name: 'web', ID: 'pr1' })
  expect(lines).toEqual(['+------+-----+', '| Name | web |', '| ID   | pr1 |', '+------+-----+'])
})

it('does nothing to a terminal, whatever names hold', () => {
  const evil = 'a\u001b]0;title\u0007\u009b31m\u202egnp\u2066\u200b\u2028b\r\n\u007f'
  const safe = 'a\\u001b]0;title\\u0007\\u009b31m\\u202egnp\\u2066\\u200b\\u2028b\\u000d\\u000a\\u007f'
  expect(printable(evil)).toBe(safe)
  expect(printable('Grüße 日本 🚀 “x”')).toBe('Grüße 日本 🚀 “x”')
  const json = printableJson([{ name: evil }])
  expect(JSON.parse(json)).toEqual([{ name: evil }])
  expect(json).not.toMatch(/[[\p{Cc}\p{Bidi_Control}]--\n]/v)
})
