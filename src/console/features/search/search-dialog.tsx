import { Dialog } from '@base-ui/react/dialog'
import { type KeyboardEvent, useId, useRef, useState } from 'react'
import { useNavigate } from 'react-router-dom'
import dialogStyles from '#console/ui/dialogs/dialog.module.css'
import { FilterField } from '#console/ui/lists/filter-field.tsx'
import styles from './search-dialog.module.css'
import { SearchResults } from './search-results.tsx'
import { useSearchResults } from './use-search-results.ts'

/** Finds a page, project or cluster by part of its name, and opens it. */
export function SearchDialog({ open, onClose }: { open: boolean; onClose: () => void }) {
  const navigate = useNavigate()
  const navigated = useRef(false)
  const openResult = (to: string) => {
    navigated.current = true
    onClose()
    void navigate(to)
  }
  // Focus the opener, or the content of the chosen page.
  const returnFocus = () => {
    const main = navigated.current && document.getElementById('main')
    navigated.current = false
    return main || true
  }
  return (
    <Dialog.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className={dialogStyles.backdrop} />
        <Dialog.Viewport className={styles.viewport}>
          {/* A closing dialog keeps the focus until it is removed, so Enter after Escape would still open a result. */}
          <Dialog.Popup className={styles.popup} inert={!open} finalFocus={returnFocus}>
            <Dialog.Title className={styles.title}>Search</Dialog.Title>
            <SearchBox onChoose={openResult} />
          </Dialog.Popup>
        </Dialog.Viewport>
      </Dialog.Portal>
    </Dialog.Root>
  )
}

function SearchBox({ onChoose }: { onChoose: (to: string) => void }) {
  const [text, setText] = useState('')
  const [active, setActive] = useState(0)
  const listId = useId()
  const { groups, loading, error } = useSearchResults(text)
  const results = groups.flatMap((group) => group.results)
  const current = Math.min(active, results.length - 1)
  const move = (event: KeyboardEvent) => {
    const last = results.length - 1
    const steps: Record<string, number> = {
      ArrowDown: current === last ? 0 : current + 1,
      ArrowUp: current <= 0 ? last : current - 1,
    }
    const next = steps[event.key]
    if (next !== undefined) {
      event.preventDefault()
      setActive(next)
    }
    // During IME composition, Enter accepts the composed word.
    if (event.key === 'Enter' && !event.nativeEvent.isComposing) {
      event.preventDefault()
      const chosen = results[current]
      if (chosen) onChoose(chosen.to)
    }
  }
  return (
    <>
      <FilterField
        label="Find a page, project or cluster"
        value={text}
        onChange={(next) => {
          setText(next)
          setActive(0)
        }}
        onKeyDown={move}
        role="combobox"
        aria-expanded={results.length > 0}
        aria-autocomplete="list"
        aria-controls={listId}
        aria-activedescendant={results.length > 0 ? `${listId}-${current}` : undefined}
      />
      <SearchResults id={listId} groups={groups} current={current} onChoose={onChoose} onPoint={setActive} />
      <p role="status" className={styles.status}>
        {error ? error.message : results.length === 0 && !loading ? `Nothing has “${text.trim()}” in its name.` : ''}
      </p>
    </>
  )
}
