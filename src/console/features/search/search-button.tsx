import { Search } from 'lucide-react'
import { useEffect, useState } from 'react'
import { loadWhenOpened } from '#console/ui/feedback/load-when-opened.tsx'
import { Button } from '#console/ui/forms/button.tsx'
import styles from './search-button.module.css'

const SearchDialog = loadWhenOpened(async () => (await import('./search-dialog.tsx')).SearchDialog)

const onApple = /mac|iphone|ipad/i.test(navigator.userAgent)

/** The button that opens the search, with the shortcut ⌘K or Ctrl+K. */
export function SearchButton() {
  const [open, setOpen] = useState(false)
  useEffect(() => {
    const openByKey = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== 'k' || event.shiftKey || event.altKey) return
      if (!(onApple ? event.metaKey : event.ctrlKey)) return
      // An open alert must be answered first.
      if (document.querySelector('[role=alertdialog]')) return
      event.preventDefault()
      setOpen(true)
    }
    window.addEventListener('keydown', openByKey)
    return () => window.removeEventListener('keydown', openByKey)
  }, [])
  return (
    <>
      <Button
        look="plain"
        className={styles.button}
        aria-keyshortcuts={onApple ? 'Meta+K' : 'Control+K'}
        aria-haspopup="dialog"
        title="Search"
        onClick={() => setOpen(true)}
      >
        <Search aria-hidden size={18} />
        <span className={styles.word}>Search</span>
        <kbd aria-hidden>{onApple ? '⌘K' : 'Ctrl K'}</kbd>
      </Button>
      <SearchDialog open={open} onClose={() => setOpen(false)} />
    </>
  )
}
