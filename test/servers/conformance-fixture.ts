/** The tools the official conformance suite calls, on stdio or HTTP: our server is put in front of it, so that both our faces are under test. */
import { createServer } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'

import { toNodeHandler } from '@modelcontextprotocol/node'
import { createMcpHandler, Server } from '@modelcontextprotocol/server'
import { serveStdio } from '@modelcontextprotocol/server/stdio'

const redPixel =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg=='
const silence = 'UklGRiQAAABXQVZFZm10IBAAAAABAAEAQB8AAEAfAAABAAgAZGF0YQAAAAA='
const dialect = 'https://json-schema.org/draft/2020-12/schema'

const text = (value: string) => ({ type: 'text' as const, text: value })
const image = { type: 'image' as const, data: redPixel, mimeType: 'image/png' }
const resource = (uri: string, mimeType: string, value: string) => ({
  type: 'resource' as const,
  resource: { uri, mimeType, text: value },
})

const answers = {
  test_simple_text: [text('This is a simple text response for testing.')],
  test_image_content: [image],
  test_audio_content: [{ type: 'audio' as const, data: silence, mimeType: 'audio/wav' }],
  test_embedded_resource: [
    resource('test://embedded-resource', 'text/plain', 'This is an embedded resource content.'),
  ],
  test_multiple_content_types: [
    text('Multiple content types test:'),
    image,
    resource('test://mixed-content-resource', 'application/json', '{"test":"data","value":123}'),
  ],
  json_schema_2020_12_tool: [text('ok')],
}

/** Exactly the schema the suite wants back, unknown keywords and all. */
const strangeSchema = {
  $schema: dialect,
  type: 'object' as const,
  $defs: {
    address: {
      $anchor: 'addressDef',
      type: 'object',
      properties: { street: { type: 'string' }, city: { type: 'string' } },
    },
  },
  properties: {
    name: { type: 'string' },
    address: { $ref: '#/$defs/address' },
    contactMethod: { type: 'string', enum: ['phone', 'email'] },
    phone: { type: 'string' },
    email: { type: 'string' },
  },
  allOf: [{ anyOf: [{ required: ['phone'] }, { required: ['email'] }] }],
  if: { properties: { contactMethod: { const: 'phone' } }, required: ['contactMethod'] },
  // oxlint-disable-next-line unicorn/no-thenable -- a keyword of JSON Schema
  then: { required: ['phone'] },
  else: { required: ['email'] },
  additionalProperties: false,
}

const names = [...Object.keys(answers), 'test_error_handling', 'test_tool_with_progress']

function createFixture(): Server {
  const server = new Server(
    { name: 'conformance-fixture', version: '1.0.0' },
    { capabilities: { tools: {} } },
  )
  server.setRequestHandler('tools/list', () => ({
    tools: names.map(name => ({
      name,
      description: `Tests ${name}`,
      inputSchema:
        name === 'json_schema_2020_12_tool' ? strangeSchema : { type: 'object' as const },
    })),
  }))
  server.setRequestHandler('tools/call', async (request, context) => {
    const { name } = request.params
    if (name === 'test_error_handling') {
      return {
        content: [text('This tool intentionally returns an error for testing')],
        isError: true,
      }
    }
    if (name === 'test_tool_with_progress') {
      const { _meta: meta } = context.mcpReq
      const progressToken = meta?.progressToken
      for (const progress of progressToken === undefined ? [] : [0, 50, 100]) {
        await context.mcpReq.notify({
          method: 'notifications/progress',
          params: { progressToken, progress, total: 100 },
        })
        await delay(10)
      }
      return { content: [text('done')] }
    }
    return { content: Object.entries(answers).find(([known]) => known === name)?.[1] ?? [] }
  })
  return server
}

// `http` serves it directly, for comparison with what comes through us; the address is its one line of output.
if (process.argv[2] === 'http') {
  const serve = toNodeHandler(createMcpHandler(createFixture))
  const http = createServer((request, response) => void serve(request, response))
  http.listen(0, '127.0.0.1', () => {
    const address = http.address()
    if (typeof address === 'object') console.log(`http://127.0.0.1:${address?.port}/mcp`)
  })
} else {
  serveStdio(createFixture)
}
