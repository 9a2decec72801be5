// Odd *\/ Ones 0.0.1: import one tool from './<name>.ts'
// at
// delete_: Deletes `**/*.ext` */ and ${more}
// getUser
// getUser_2
// 天気: 天気を調べる。
export * from './_tools.ts'
