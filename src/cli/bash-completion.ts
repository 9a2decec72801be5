/**
 * The bash script. The completion library's own evaluates the words typed, `$(…)` included, needs the bash-completion
 * package and cannot be sourced twice; this one passes words as arguments and needs nothing.
 */
export function bashCompletion(name: string): string {
  const fn = `_${name.replaceAll(/\W/g, '_')}`
  return `# bash completion for ${name}
${fn}() {
  local cur=\${COMP_WORDS[COMP_CWORD]} word value previous
  local words=()
  COMPREPLY=()
  # bash splits --flag=value into three words.
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD}"; do
    if ((\${#words[@]})) && [[ $word == = && \${words[\${#words[@]}-1]} == --* || $previous == = ]]; then
      words[\${#words[@]}-1]+=$word
    else
      words+=("$word")
    fi
    previous=$word
  done
  [[ $cur == = ]] && cur=
  while IFS=$'\\t' read -r value _; do
    [[ $value != :* && $value == "$cur"* ]] && COMPREPLY+=("$value")
  done < <(${name} complete -- "\${words[@]}" 2>/dev/null)
}
complete -o default -F ${fn} ${name}
`
}
