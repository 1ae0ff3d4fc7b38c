import { useState } from 'react'
import { Link } from 'react-router-dom'
import { loadWhenOpened } from '#console/ui/feedback/load-when-opened.tsx'
import { Button } from '#console/ui/forms/button.tsx'
import { ShownOnce } from '#console/ui/forms/shown-once.tsx'
import common from '#console/ui/layout/common.module.css'
import type { MadeApiKey } from '#shared/people/api-key.ts'
import styles from './api-keys.module.css'
import type { StoredKey } from './store-key.tsx'

const StoreKey = loadWhenOpened(async () => (await import('./store-key.tsx')).StoreKey)

/** Shows a new key once, to copy it or store it as a secret. */
export function MadeKey({ made, onDone }: { made: MadeApiKey; onDone: () => void }) {
  const [storing, setStoring] = useState(false)
  const [stored, setStored] = useState<readonly StoredKey[]>([])
  return (
    <ShownOnce
      heading={`The key of “${made.name}”`}
      note="Copy or store it now. It is not shown again."
      label="Key"
      text={made.key}
    >
      <ul role="status" className={styles.stored}>
        {stored.map(({ name, where, to }) => (
          <li key={`${to} ${name}`}>
            Stored as <code>{name}</code> in <Link to={to}>{where}</Link>.
          </li>
        ))}
      </ul>
      <div className={common.buttons}>
        <Button aria-haspopup="dialog" onClick={() => setStoring(true)}>
          Store as secret…
        </Button>
        <Button onClick={onDone}>Done</Button>
      </div>
      <StoreKey
        open={storing}
        onClose={() => setStoring(false)}
        made={made}
        onStored={(one) => {
          setStoring(false)
          setStored((before) => [...before.filter(({ to, name }) => to !== one.to || name !== one.name), one])
        }}
      />
    </ShownOnce>
  )
}
