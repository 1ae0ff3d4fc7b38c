import { maxPageSize, type Page, type PageQuery } from '#shared/page.ts'

/** Fetches all pages of a list. Returns nothing before the last page, because a partial list would look complete. */
export const allPages = async <Item>(list: (query: PageQuery) => Promise<Page<Item>>): Promise<Item[]> => {
  const items: Item[] = []
  for (let after: string | null | undefined; after !== null; ) {
    const page: Page<Item> = await list({ limit: maxPageSize, after })
    items.push(...page.items)
    after = page.nextPage
  }
  return items
}
