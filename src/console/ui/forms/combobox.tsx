import { Combobox as Parts } from '@base-ui/react/combobox'
import { Check, ChevronDown, X } from 'lucide-react'
import common from '#console/ui/layout/common.module.css'
import styles from './combobox.module.css'
import { Field, type FieldTexts } from './field.tsx'

export type Choice = { id: string; name: string }

type ComboboxProps = FieldTexts & {
  value: Choice | null
  onChange: (value: Choice | null) => void
  /** Choices that match the typed text. */
  choices: readonly Choice[]
  onType: (text: string) => void
  /** Status below the list: loading, no match, or more matches than shown. */
  status: string
  placeholder: string
}

/** A text field that filters a list of choices and selects one of them. */
export function Combobox(props: ComboboxProps) {
  const { label, hideLabel, hint, error, value, onChange, choices, onType, status, placeholder } = props
  return (
    <Field {...{ label, hint, error }} hideLabel={hideLabel ?? false}>
      {({ className, ...control }) => (
        <Parts.Root
          items={choices}
          filter={null}
          value={value}
          onValueChange={onChange}
          itemToStringLabel={({ name }: Choice) => name}
          isItemEqualToValue={(one: Choice, other: Choice) => one.id === other.id}
          // Selecting a choice also changes the input, but is not a search.
          onInputValueChange={(text, { reason }) => onType(reason === 'input-change' ? text : '')}
          autoHighlight
        >
          <Parts.InputGroup className={styles.frame}>
            <Parts.Input
              {...control}
              className={`${className} ${styles.input}`}
              placeholder={placeholder}
              spellCheck={false}
            />
            <Parts.Clear className={styles.button} aria-label={`Clear ${label.toLowerCase()}`}>
              <X aria-hidden size={16} />
            </Parts.Clear>
            <ChevronDown aria-hidden size={16} className={common.iconAtEnd} />
          </Parts.InputGroup>
          <Parts.Portal>
            <Parts.Positioner sideOffset={4} collisionPadding={12} className={styles.positioner}>
              <Parts.Popup className={styles.popup}>
                <Parts.List aria-label={label}>
                  {(choice: Choice) => (
                    <Parts.Item key={choice.id} value={choice} className={styles.item}>
                      <span className={common.breaks}>{choice.name}</span>
                      <span className={styles.id}>{choice.id}</span>
                      <Parts.ItemIndicator className={styles.chosen}>
                        <Check aria-hidden size={16} />
                      </Parts.ItemIndicator>
                    </Parts.Item>
                  )}
                </Parts.List>
                <Parts.Status className={styles.status}>{status}</Parts.Status>
              </Parts.Popup>
            </Parts.Positioner>
          </Parts.Portal>
        </Parts.Root>
      )}
    </Field>
  )
}
