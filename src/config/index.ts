export { findPlaces, type Places, type PlacesInput } from './places.ts'
export {
  type HttpTarget,
  type Origin,
  type ServerSettings,
  type ServerSpec,
  type StdioTarget,
  type Target,
} from './server-spec.ts'
