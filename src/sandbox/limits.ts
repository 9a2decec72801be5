/** Limits a program runs under, and the named sets of them (contract §7). */

import { defaultMemoryLimit } from '../ids.ts'

export interface Limits {
  readonly memoryBytes: number
  readonly wallMs: number
  readonly fuel: number
  readonly hostCalls: number
  readonly inFlight: number
  readonly sourceBytes: number
  readonly valueBytes: number
  readonly consoleBytes: number
}

export type Profile = 'strict' | 'moderate' | 'permissive'

const kibibyte = 1024
const mebibyte = 1024 * kibibyte

export const profiles: Readonly<Record<Profile, Limits>> = {
  strict: {
    memoryBytes: 128 * mebibyte,
    wallMs: 30_000,
    fuel: 3e9,
    hostCalls: 100,
    inFlight: 16,
    sourceBytes: 64 * kibibyte,
    valueBytes: 64 * kibibyte,
    consoleBytes: 64 * kibibyte,
  },
  moderate: {
    memoryBytes: defaultMemoryLimit,
    wallMs: 60_000,
    fuel: 6e9,
    hostCalls: 1000,
    inFlight: 32,
    sourceBytes: 64 * kibibyte,
    valueBytes: 256 * kibibyte,
    consoleBytes: 256 * kibibyte,
  },
  permissive: {
    memoryBytes: 512 * mebibyte,
    wallMs: 120_000,
    fuel: 1.2e10,
    hostCalls: 5000,
    inFlight: 64,
    sourceBytes: 256 * kibibyte,
    valueBytes: mebibyte,
    consoleBytes: mebibyte,
  },
}
