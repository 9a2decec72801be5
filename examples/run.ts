/** Tells every story, one after the other; exits 1 if one fails. `npm run examples`. */
const stories = [
  './issue-triage.ts',
  './file-graph-report.ts',
  './csv-pipeline.ts',
  './skill-from-program.ts',
  './wasm-guest.ts',
]

for (const name of stories) {
  try {
    await import(name)
  } catch (error) {
    console.error(`failed  ${name}`)
    console.error(error)
    process.exitCode = 1
  }
}
