import { maxPageSize, type Page, type PageQuery } from '#shared/page.ts'

/**
 * Reads a list to its end. Nothing is given out before: a list that broke off would look like a whole one.
 */
export const allPages = async <Item>(list: (query: PageQuery) => Promise<Page<Item>>): Promise<Item[]> => {
  const items: Item[] = []
  for (let after: string | null | undefined; after !== null; ) {
    const page: Page<Item> = await list({ limit: maxPageSize, after })
    items.push(...page.items)
    after = page.nextPage
  }
  return items
}
