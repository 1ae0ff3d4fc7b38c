import { expect, it } from 'vitest'
import { printable, printableJson } from './printable.ts'
import { printList, printOne, table } from './table.ts'

const printed = (json: boolean, items: readonly { name: string; id: number }[]): string => {
  const lines: string[] = []
  const columns = { Name: ({ name }: { name: string }) => name }
  printList({ io: { print: (line) => lines.push(line) }, sharedOptions: { json } }, items, columns)
  return lines.join('\n')
}

it('prints the format of the discontinued service', () => {
  const items = ['aws_access_key_id', 'aws_secret_access_key'].map((name, id) => ({ name, id }))
  expect(printed(false, items)).toBe(`+-----------------------+
| Name                  |
+-----------------------+
| aws_access_key_id     |
| aws_secret_access_key |
+-----------------------+`)
  expect(printed(false, [])).toBe('No data found')
})

it('prints JSON with all fields, also for an empty list', () => {
  expect(JSON.parse(printed(true, [{ name: 'A', id: 1 }]))).toEqual([{ name: 'A', id: 1 }])
  expect(printed(true, [])).toBe('[]')
})

it('keeps its shape with wide and zero-width characters', () => {
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

it('prints the fields of one item', () => {
  const lines: string[] = []
  printOne({ io: { print: (line) => lines.push(line) }, sharedOptions: {} }, {}, { Name: 'web', ID: 'pr1' })
  expect(lines).toEqual(['+------+-----+', '| Name | web |', '| ID   | pr1 |', '+------+-----+'])
})

it('escapes control characters in names', () => {
  const evil = 'a\u001b]0;title\u0007\u009b31m\u202egnp\u2066\u200b\u2028b\r\n\u007f'
  const safe = 'a\\u001b]0;title\\u0007\\u009b31m\\u202egnp\\u2066\\u200b\\u2028b\\u000d\\u000a\\u007f'
  expect(printable(evil)).toBe(safe)
  expect(printable('Grüße 日本 🚀 “x”')).toBe('Grüße 日本 🚀 “x”')
  const json = printableJson([{ name: evil }])
  expect(JSON.parse(json)).toEqual([{ name: evil }])
  expect(json).not.toMatch(/[[\p{Cc}\p{Bidi_Control}]--\n]/v)
})
