import { useState } from 'react'
import { useScopeList } from '#console/features/scopes/scope-queries.ts'
import { type ProjectOrCluster, scopeWords } from '#console/features/scopes/scope-words.ts'
import { failureWords } from '#console/ui/feedback/failure-words.ts'
import { type Choice, Combobox } from '#console/ui/forms/combobox.tsx'
import { useDebouncedValue } from '#console/ui/hooks/use-debounced-value.ts'

type ScopePickerProps = {
  kind: ProjectOrCluster
  label: string
  /** Shown while nothing is chosen. */
  placeholder: string
  value: Choice | null
  onChange: (value: Choice | null) => void
  error?: string | undefined
}

/** Renders a combobox that finds a project or cluster of the team by a part of its name. */
export function ScopePicker({ kind, error, ...rest }: ScopePickerProps) {
  const [text, setText] = useState('')
  const typed = text.trim()
  const q = useDebouncedValue(typed, 150)
  const list = useScopeList(kind, q)
  const page = list.data?.pages[0]
  const current = q === typed && !list.isPlaceholderData
  // While the list is outdated, offers only matching entries, so that Enter cannot choose a wrong one.
  const choices = (page?.items ?? []).filter(({ name }) => current || includesText(name, typed))
  const status = list.error ? failureWords(list.error) : page && current ? statusWords(kind, page, q) : 'Loading…'
  return <Combobox {...rest} error={error} choices={choices} onType={setText} status={status} />
}

const includesText = (name: string, text: string) => name.toLowerCase().includes(text.toLowerCase())

const statusWords = (
  kind: ProjectOrCluster,
  { items, total }: { items: unknown[]; total: number },
  q: string,
): string => {
  const { one, many } = scopeWords[kind]
  if (total === 0) return q === '' ? `There are no ${many} to choose from.` : `No ${one} has “${q}” in its name.`
  const more = total - items.length
  return more > 0 ? `${more.toLocaleString('en')} more. Type a part of the name to find them.` : ''
}
