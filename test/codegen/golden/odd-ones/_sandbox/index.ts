export * from './_tools.ts'
