/** Shows the user's home folder as "~" wherever a path starts with it. */
export function showHome(text: string, home: string): string {
  if (home.length < 2) return text
  const next = String.raw`(?=[/\\]|[^\w.-]|$)`
  return text.replaceAll(new RegExp(escapeForPattern(home) + next, 'g'), '~')
}

function escapeForPattern(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)
}
