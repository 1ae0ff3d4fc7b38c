import { describe, expect, it } from 'vitest'
import { relativeTimeWords } from './relative-time-words.ts'

const now = new Date(2026, 4, 20, 12, 0, 0)
const ago = (milliseconds: number) => relativeTimeWords(new Date(now.getTime() - milliseconds), now)

describe('relative times', () => {
  it('count minutes within the hour and hours within the day', () => {
    expect(ago(30_000)).toBe('just now')
    expect(ago(5 * 60_000)).toBe('5 min ago')
    expect(ago(59 * 60_000)).toBe('59 min ago')
    expect(ago(2 * 3_600_000)).toBe('2 h ago')
  })

  it('are a date after a day, with the year when it differs', () => {
    expect(relativeTimeWords(new Date(2026, 4, 3), now)).toBe('3 May')
    expect(relativeTimeWords(new Date(2024, 4, 3), now)).toBe('3 May 2024')
  })

  it('are never in the future', () => {
    expect(ago(-90_000)).toBe('just now')
  })
})
