/** What a debug trace may show: values bounded, whatever looks like a secret replaced. */
const secretName = /token|secret|passw|api[-_]?key|auth|credential|cookie|session|private/i
const secretText =
  /\b(gh[pousr]_\w{20,}|github_pat_\w{20,}|glpat-[\w-]{16,}|xox[abprs]-[\w-]{10,}|sk-[\w-]{16,}|AKIA[0-9A-Z]{16}|eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*|Bearer\s+\S+|Basic\s+\S+)/g
/** `"token":"x"`, `token=x`, also inside a text that is JSON itself. */
const secretPair =
  /((?:token|secret|passw(?:or)?d|api[-_]?key|credential|authorization)[\w-]*\\*["']?\s*[:=]\s*\\*["']?)[^\s"'\\,;&}]+/gi
const maxTraceCharacters = 4096

/** JSON of the value, secrets as "[redacted]", cut at 4096 characters with a mark. */
export function redacted(value: unknown): string {
  const json = JSON.stringify(value, (key, member: unknown) => {
    if (key !== '' && secretName.test(key) && member !== null) return '[redacted]'
    return typeof member === 'string' ? withoutSecrets(member) : member
  })
  const text = json ?? String(value)
  const { length } = text
  return length <= maxTraceCharacters
    ? text
    : `${text.slice(0, maxTraceCharacters)}… (${length} characters)`
}

function withoutSecrets(text: string): string {
  return text.replaceAll(secretText, '[redacted]').replaceAll(secretPair, '$1[redacted]')
}
