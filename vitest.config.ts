import { defineConfig, type ViteUserConfig } from 'vitest/config'

const config: ViteUserConfig = defineConfig({
  test: {
    // Real processes share two cores with the suite: a generous ceiling, never a sleep.
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // Most tests wait for processes of their own: every core takes one file.
    maxWorkers: '100%',
    // CI counts tests from the report.
    reporters:
      process.env['CI'] === undefined
        ? ['default']
        : ['default', ['json', { outputFile: '.cache/vitest-report.json' }]],
    projects: [
      { extends: true, test: { name: 'unit', include: ['src/**/*.test.ts'] } },
      {
        extends: true,
        test: {
          name: 'behaviour',
          include: ['test/**/*.test.ts'],
          globalSetup: ['test/build-servers.ts'],
        },
      },
    ],
  },
})

export default config
