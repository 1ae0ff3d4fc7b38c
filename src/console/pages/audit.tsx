import { AuditExport } from '#console/features/audit/audit-export.tsx'
import { AuditTrail } from '#console/features/audit/audit-trail.tsx'
import { useDenied, useSession } from '#console/features/session/use-session.ts'
import { usePageTitle } from '#console/ui/hooks/use-page-title.ts'
import { Section } from '#console/ui/layout/section.tsx'
import { EmptyState } from '#console/ui/lists/empty-state.tsx'

export function AuditPage() {
  const { team } = useSession()
  const denied = useDenied('seeAudit')
  const exportDenied = useDenied('exportAudit')
  usePageTitle('Audit', team.name)
  return (
    <Section
      heading="Audit trail"
      explanation={
        <>
          <p>
            Every change and every refused attempt, without any value. Each record carries the hash of the one before,
            so that none can be changed or taken out unseen.
          </p>
          <AuditExport denied={denied} exportDenied={exportDenied} />
        </>
      }
    >
      {denied === undefined ? (
        <AuditTrail />
      ) : (
        <EmptyState text={denied}>Ask one of them, if you need to know what happened.</EmptyState>
      )}
    </Section>
  )
}
