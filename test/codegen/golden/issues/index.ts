// Issue Tracker 2.1.0: import one tool from './<name>.ts'
// ## Issues
// findTree: Finds a tree of issues
// createIssue: Open an issue
// listLabels: List labels
export * from './_tools.ts'
