/** The issue tracker's tools as `tools/list` gives them. */
import type { Tool } from '@modelcontextprotocol/server'

const issue: NonNullable<Tool['outputSchema']> = {
  type: 'object',
  properties: {
    number: { type: 'integer' },
    title: { type: 'string' },
    labels: { type: 'array', items: { type: 'string' } },
    state: { enum: ['open', 'closed'] },
    daysIdle: { type: 'integer', description: 'Days since anything happened' },
    comments: { type: 'array', items: { type: 'string' } },
  },
  required: ['number', 'title', 'labels', 'state', 'daysIdle', 'comments'],
}
const number = { type: 'integer', minimum: 1, description: 'The number of the issue' }
const labels = {
  type: 'array',
  items: { type: 'string' },
  maxItems: 10,
  description: 'Names of labels; unknown ones are created',
}

export const tools: readonly Tool[] = [
  {
    name: 'create_issue',
    description: 'Creates an issue in the tracker and returns it, number included.',
    inputSchema: {
      type: 'object',
      properties: {
        title: {
          type: 'string',
          minLength: 1,
          maxLength: 200,
          description: 'What is wrong, in one line',
        },
        body: { type: 'string', description: 'Everything else, as Markdown' },
        labels,
      },
      required: ['title'],
    },
    outputSchema: issue,
    annotations: { destructiveHint: false },
  },
  {
    name: 'get_issue',
    description: 'Returns one issue with its comments.',
    inputSchema: { type: 'object', properties: { number }, required: ['number'] },
    outputSchema: issue,
    annotations: { readOnlyHint: true },
  },
  {
    name: 'list_issues',
    description:
      'Lists issues page by page, oldest first. Ask for the next page until you have `total` issues.',
    inputSchema: {
      type: 'object',
      properties: {
        state: { enum: ['open', 'closed', 'all'], default: 'open', description: 'Which issues' },
        label: { type: 'string', description: 'Only issues that carry this label' },
        page: { type: 'integer', minimum: 1, default: 1 },
        per_page: { type: 'integer', minimum: 1, maximum: 100, default: 30 },
      },
    },
    outputSchema: {
      type: 'object',
      properties: { issues: { type: 'array', items: issue }, total: { type: 'integer' } },
      required: ['issues', 'total'],
    },
    annotations: { readOnlyHint: true },
  },
  {
    name: 'search_issues',
    description: 'Finds issues whose title holds the query.',
    inputSchema: {
      type: 'object',
      properties: { query: { type: 'string', description: 'Part of a title; case matters' } },
      required: ['query'],
    },
    outputSchema: {
      type: 'object',
      properties: { issues: { type: 'array', items: issue } },
      required: ['issues'],
    },
    annotations: { readOnlyHint: true },
  },
  {
    name: 'add_comment',
    description: 'Adds a comment to an issue, and marks it as active today.',
    inputSchema: {
      type: 'object',
      properties: { number, body: { type: 'string', minLength: 1, description: 'Markdown' } },
      required: ['number', 'body'],
    },
    outputSchema: issue,
  },
  {
    name: 'close_issue',
    description: 'Closes an issue. It can be found afterwards with `state: "closed"`.',
    inputSchema: { type: 'object', properties: { number }, required: ['number'] },
    outputSchema: issue,
    annotations: { destructiveHint: true, idempotentHint: true },
  },
  {
    name: 'set_labels',
    description: "Replaces an issue's labels.",
    inputSchema: { type: 'object', properties: { number, labels }, required: ['number', 'labels'] },
    outputSchema: issue,
    annotations: { idempotentHint: true },
  },
  {
    name: 'list_labels',
    description: 'Lists every label of the project.',
    inputSchema: { type: 'object' },
    outputSchema: {
      type: 'object',
      properties: { labels: { type: 'array', items: { type: 'string' } } },
      required: ['labels'],
    },
    annotations: { readOnlyHint: true },
  },
]
