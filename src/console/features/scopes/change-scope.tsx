import { useState } from 'react'
import { useDenied } from '#console/features/session/use-session.ts'
import { formFailure } from '#console/ui/feedback/failure-words.ts'
import { Notice, Reason } from '#console/ui/feedback/notice.tsx'
import { Form } from '#console/ui/forms/form.tsx'
import { SaveButton, useSaved } from '#console/ui/forms/save-button.tsx'
import { Section } from '#console/ui/layout/section.tsx'
import { ScopeFields, scopeFieldNames } from './scope-fields.tsx'
import type { ScopeRecord } from './scope-queries.ts'
import styles from './scope-settings.module.css'
import { type ProjectOrCluster, scopeWords } from './scope-words.ts'
import { useChangeScope } from './scope-writes.ts'

/** Renders the part of a settings page that renames a project or cluster, and changes a cluster’s type. */
export function ChangeScope({ kind, record }: { kind: ProjectOrCluster; record: ScopeRecord }) {
  const stored = { name: record.name, type: 'type' in record ? record.type : '' }
  const [details, setDetails] = useState(stored)
  const { saved, showSaved } = useSaved()
  const denied = useDenied('changeScopes')
  const change = useChangeScope(kind, record, () => {
    setDetails((typed) => ({ ...typed, name: typed.name.trim() }))
    showSaved()
  })
  const failure = formFailure(change.error, scopeFieldNames)
  const { one } = scopeWords[kind]
  return (
    <Section
      heading={kind === 'project' ? 'Rename project' : 'Edit cluster'}
      explanation={<p>Workloads refer to the {one} by its ID, so that its name can be changed at any time.</p>}
    >
      <Form
        className={styles.form}
        failed={change.error}
        onSubmit={() => denied === undefined && void change.run(details)}
      >
        {failure && <Notice tone="error">{failure}</Notice>}
        <ScopeFields kind={kind} details={details} onChange={setDetails} error={change.error} denied={denied} />
        <SaveButton saved={saved} busy={change.pending} busyLabel="Saving…" disabledReason={denied}>
          Save {kind === 'project' ? 'name' : 'changes'}
        </SaveButton>
        <Reason>{denied}</Reason>
      </Form>
    </Section>
  )
}
