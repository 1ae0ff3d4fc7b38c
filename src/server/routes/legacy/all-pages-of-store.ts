import type { Page } from '#shared/page.ts'

/** Walks the pages of a list: the discontinued service's clients ask once and take the answer for all there is. */
export const allOf = async <Item>(list: (after: string | undefined) => Promise<Page<Item>>): Promise<Item[]> => {
  const items: Item[] = []
  let after: string | undefined
  do {
    const page = await list(after)
    items.push(...page.items)
    after = page.nextPage ?? undefined
  } while (after !== undefined)
  return items
}
