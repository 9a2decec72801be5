export { type ExampleCall, shellCall } from './calls.ts'
export { exampleArguments } from './example.ts'
export { type RecordedTool, type SkillMetadata } from './metadata.ts'
export { skillNameFor, withHash } from './names.ts'
export { modulePath, programModules, type SavedProgram } from './program-modules.ts'
export { programSkill, type ProgramSkillOptions } from './program-skill.ts'
export { type ProgramText, readProgram, type ToolUse } from './program-text.ts'
export { readSkill, type StoredSkill } from './read-skill.ts'
export { type RenderedSkill, renderServerSkill } from './render.ts'
export { type Problem, type ValidationReport } from './report.ts'
export { listPrograms, type Recheck, type RecheckDeps, recheckProgram } from './saved-programs.ts'
export { labelsOf, type ScanOptions, scanTree } from './scan.ts'
export { type ServerSkill, serverSkill, type ServerSkillOptions } from './server-skill.ts'
export {
  allSkillRoots,
  type SkillChoice,
  skillRoots,
  type SkillScope,
  type SkillTarget,
} from './skill-roots.ts'
export { type SkillSource, type SkillTool } from './skill-source.ts'
export { catalogSource } from './source-from-catalog.ts'
export {
  findSkill,
  type ListedSkill,
  listSkills,
  metadataOf,
  removeSkill,
  type SavedSkill,
  saveSkill,
  type SkillDraft,
} from './store.ts'
export { type ValidateOptions, validateSkill } from './validate.ts'
export { type WrittenSkill, writtenSkill, type WrittenSkillOptions } from './written-skill.ts'
