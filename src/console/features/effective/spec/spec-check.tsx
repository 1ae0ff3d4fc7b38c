import { useCallback, useEffect, useId, useMemo, useState } from 'react'
import styles from '#console/features/effective/environment.module.css'
import type { MatrixColumn } from '#console/features/effective/matrix/matrix-columns.ts'
import { LoadFailed } from '#console/ui/feedback/failure-notice.tsx'
import { Field } from '#console/ui/forms/field.tsx'
import { notForPasswordManagers, plainText } from '#console/ui/forms/input-attributes.ts'
import { Select } from '#console/ui/forms/select.tsx'
import { useDebouncedValue } from '#console/ui/hooks/use-debounced-value.ts'
import common from '#console/ui/layout/common.module.css'
import { explanationFromMatrix, type MatrixReader } from '#shared/workload/matrix-reader.ts'
import own from './spec.module.css'
import { specFindings } from './spec-findings.ts'
import { SpecResults } from './spec-results.tsx'

/** Maximum length of the text, in characters. The parser rejects larger files anyway, and longer text is slow. */
const maxLength = 1024 * 1024

type SpecCheckProps = {
  matrix: MatrixReader
  /** The kind of scope in the columns. */
  columnKind: 'project' | 'cluster'
  columns: readonly MatrixColumn[]
}

/** Shows what each variable of a pasted workflow or deployment gets. The pasted text never leaves this component. */
export function SpecCheck({ matrix, columnKind, columns }: SpecCheckProps) {
  const headingId = useId()
  const [text, setText] = useState('')
  const [isRefused, setRefused] = useState(false)
  const [columnId, setColumnId] = useState('')
  const [chosenJob, setJob] = useState('')
  const debounced = useDebouncedValue(text, 300)
  const isEmpty = debounced.trim() === ''
  const { reader, error, load } = useSpecReader(!isEmpty)
  const spec = useMemo(() => (isEmpty ? undefined : reader?.readSpec(debounced)), [reader, debounced, isEmpty])

  const jobs = spec?.jobs.map(({ name }) => name) ?? []
  const job = jobs.includes(chosenJob) ? chosenJob : jobs[0]
  const column = columns.find(({ id }) => id === columnId) ?? columns[0]
  const checked = useMemo(() => {
    if (!spec || !reader || !column) return undefined
    const { variables, problems } = reader.variablesOf(spec, job)
    const findings = specFindings(variables, (name) => explanationFromMatrix(matrix, name, column.where))
    return { findings, problems: [...spec.problems, ...problems] }
  }, [reader, spec, job, matrix, column])

  return (
    <section aria-labelledby={headingId} className={own.check}>
      <div className={styles.intro}>
        <h3 id={headingId} className={common.heading}>
          Check a workload’s file
        </h3>
        <p>
          Paste a workflow or a deployment to see what each of its variables gets. It is read in this page and sent
          nowhere.
        </p>
      </div>
      <Field
        label="Workflow or deployment, in YAML or JSON"
        mono
        error={isRefused && 'That is more than 1 MiB, which no file may have. Paste a smaller one.'}
      >
        {({ className, ...control }) => (
          <textarea
            {...plainText}
            {...notForPasswordManagers}
            {...control}
            className={`${className} ${own.text}`}
            rows={6}
            value={text}
            onChange={(event) => {
              const isTooLong = event.target.value.length > maxLength
              setRefused(isTooLong)
              if (!isTooLong) setText(event.target.value)
            }}
          />
        )}
      </Field>
      <div className={own.choices}>
        <Select
          label={columnKind === 'cluster' ? 'On cluster' : 'In project'}
          value={column?.id ?? ''}
          onChange={setColumnId}
          options={columns.map(({ id, label }) => ({ value: id, label }))}
        />
        {job !== undefined && jobs.length > 1 && (
          <Select
            label="Job"
            value={job}
            onChange={setJob}
            options={jobs.map((name) => ({ value: name, label: name }))}
          />
        )}
      </div>
      {error !== undefined && <LoadFailed what="What reads the file" error={error} onRetry={load} />}
      {checked && <SpecResults {...checked} />}
    </section>
  )
}

type SpecReader = Pick<typeof import('#shared/spec/parse-spec.ts'), 'readSpec' | 'variablesOf'>

let loaded: SpecReader | undefined

/** Loads the code that parses workload files on first use, because its parser is larger than the page. */
const useSpecReader = (isNeeded: boolean) => {
  const [reader, setReader] = useState(loaded)
  const [error, setError] = useState<unknown>()
  const load = useCallback(async () => {
    try {
      loaded = await import('#shared/spec/parse-spec.ts')
      setReader(loaded)
      setError(undefined)
    } catch (thrown) {
      setError(thrown)
    }
  }, [])
  useEffect(() => {
    if (isNeeded && !reader) void load()
  }, [isNeeded, reader, load])
  return { reader, error, load }
}
