export { type ExampleCall, exampleCall } from './calls.ts'
export { exampleArguments } from './example.ts'
export { type SkillMetadata } from './metadata.ts'
export { skillNameFor } from './names.ts'
export { readSkill, type StoredSkill } from './read-skill.ts'
export { type RenderedSkill, type RenderOptions, renderServerSkill } from './render.ts'
export { type Problem, type ValidationReport } from './report.ts'
export {
  type SkillFile,
  type SkillServer,
  type SkillSource,
  type SkillTool,
} from './skill-source.ts'
export { type ValidateOptions, validateSkill } from './validate.ts'
