import { useRef, useState } from 'react'
import { passkeyObstacle } from '#console/features/passkeys/passkey-obstacle.ts'
import { useConfirmed } from '#console/features/session/use-confirmed.tsx'
import { useClient } from '#console/ui/client-context.tsx'
import { useAnnounce } from '#console/ui/feedback/announcer.tsx'
import { fieldFailure } from '#console/ui/feedback/failure-words.ts'
import { AddForm } from '#console/ui/forms/add-form.tsx'
import { Button } from '#console/ui/forms/button.tsx'
import { parseForm } from '#console/ui/forms/form-values.ts'
import { TextField } from '#console/ui/forms/text-field.tsx'
import { useAction } from '#console/ui/hooks/use-action.ts'
import { useDialogQuestion } from '#console/ui/hooks/use-dialog-question.ts'
import common from '#console/ui/layout/common.module.css'
import { Section } from '#console/ui/layout/section.tsx'
import { RelativeTime } from '#console/ui/layout/time.tsx'
import { type Account, accountChange, type Passkey } from '#shared/people/account.ts'
import { maxLabelLength } from '#shared/scope.ts'
import styles from './account.module.css'
import { useReloadAccount } from './account-query.ts'
import { DeletePasskey } from './delete-passkey.tsx'

/** The section of the account page that lists, adds and deletes passkeys. */
export function AccountPasskeys({ account }: { account: Account }) {
  const [name, setName] = useState('')
  const client = useClient()
  const confirmed = useConfirmed()
  const announce = useAnnounce()
  const { asked, ask, close } = useDialogQuestion<Passkey>()
  const list = useRef<HTMLUListElement>(null)
  const obstacle = passkeyObstacle(account.passkeyHost)
  const refresh = useReloadAccount()
  const add = useAction(async () => {
    const chosen = parseForm(accountChange, { name }).name
    const challenge = await confirmed(() => client.account.passkeyChallenge())
    const { createPasskey } = await import('#console/features/passkeys/browser-passkeys.ts')
    const credential = await createPasskey(challenge)
    await confirmed(() => client.account.addPasskey({ name: chosen, credential }))
    setName('')
    announce(`Added ${chosen}`)
    await refresh()
  })
  return (
    <Section
      heading="Passkeys"
      explanation={
        <p>A device or security key that signs you in when you unlock it. No password and no code is asked for.</p>
      }
    >
      <div className={styles.area}>
        <AddForm
          label="Add a passkey"
          failure={add.error}
          fieldNames={['name']}
          pending={add.pending}
          disabledReason={obstacle}
          onAdd={() => void add.run()}
        >
          <TextField
            label="Name"
            value={name}
            onChange={setName}
            error={fieldFailure(add.error, 'name')}
            hint="Like “Laptop”, to know it again."
            autoComplete="off"
            maxLength={maxLabelLength}
            required
          />
        </AddForm>
        <ul ref={list} tabIndex={-1} aria-label="Passkeys" className={styles.rows}>
          {account.passkeys.map((passkey) => (
            <li key={passkey.id} className={styles.row}>
              <div className={styles.what}>
                <p className={styles.name}>{passkey.name}</p>
                <p className={common.note}>
                  added <RelativeTime date={passkey.dtCreated} />
                </p>
              </div>
              <Button
                look="plain"
                aria-label={`Delete ${passkey.name}`}
                aria-haspopup="dialog"
                onClick={() => ask(passkey)}
              >
                Delete
              </Button>
            </li>
          ))}
        </ul>
        {asked && (
          <DeletePasskey
            key={asked.key}
            passkey={asked.item}
            open={asked.open}
            onClose={close}
            onDeleted={refresh}
            focusAfter={list}
          />
        )}
      </div>
    </Section>
  )
}
