import { type CommandNode, quoted, transitions, valueOptions } from './command-tree.ts'

/** Returns the completion script for bash 3.2 and newer. */
export const bashCompletion = (
  nodes: readonly CommandNode[],
): string => `# Completion of gradient for bash: eval "$(gradient completion bash)"
_gradient() {
  local word="\${COMP_WORDS[COMP_CWORD]}" place='' count=0 at next words='' takes=''
  for ((at = 1; at < COMP_CWORD; at++)); do
    next="\${COMP_WORDS[at]}"
    [ "$next" = -- ] && { compopt -o default 2>/dev/null; COMPREPLY=(); return; }
    [ "$next" = = ] && continue
    if [ -n "$takes" ]; then takes=''; continue; fi
    case "$place $next" in
${lines(valueOptions(nodes).map(({ at, takes }) => `      ${quoted(at)}) takes=${takes} ;;`))}
${lines(transitions(nodes).map(({ at, to }) => `      ${quoted(at)}) place=${quoted(to)} ;;`))}
      *' '-*) ;;
      *) count=$((count + 1)) ;;
    esac
  done
  [ "$word" = = ] && word=''
  if [ -z "$takes" ] && [[ "$word" == -* ]]; then
    case "$place" in
${lines(nodes.map(({ path, options }) => `      ${quoted(path)}) words=${quoted(options.map(({ word }) => word).join(' '))} ;;`))}
    esac
  elif [ -z "$takes" ]; then
    case "$place $count" in
${lines(nodes.flatMap(slotCases))}
    esac
  fi
  if [ "$takes" = file ]; then
    compopt -o filenames 2>/dev/null
    while IFS= read -r next; do COMPREPLY+=("$next"); done < <(compgen -f -- "$word")
  else
    COMPREPLY=($(compgen -W "$words" -- "$word"))
  fi
}
complete -F _gradient gradient`

const slotCases = ({ path, slots }: CommandNode): string[] =>
  slots.map(({ words, isFile }, index) => {
    const then = isFile ? 'takes=file' : `words=${quoted(words.map(({ word }) => word).join(' '))}`
    return `      ${quoted(`${path} ${index}`)}) ${then} ;;`
  })

const lines = (texts: readonly string[]): string => texts.join('\n')
