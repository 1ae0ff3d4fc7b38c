import { useSearchParams } from 'react-router-dom'

const key = 'view'

/** What is shown of a scope’s secrets, as the address keeps it. */
export type SecretView = 'stored' | 'trash'

/** Where the trash of the page’s scope is, and what is stored; as links of the page. */
export const trashAddress = { search: `?${key}=trash` } as const
export const storedAddress = { search: '' } as const

export const useSecretView = (): SecretView => {
  const [params] = useSearchParams()
  return params.get(key) === 'trash' ? 'trash' : 'stored'
}
