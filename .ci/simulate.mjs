// Answers requests with iam-simulate, another evaluator of IAM policies: one simulation as a line of
// JSON on standard input, one answer as a line on standard output, in the same order. The argument is
// the folder in which npm installed it.
import { createInterface } from 'node:readline'
import { pathToFileURL } from 'node:url'

const entry = process.argv[2] + '/node_modules/@cloud-copilot/iam-simulate/dist/esm/index.js'
const { runSimulation } = await import(pathToFileURL(entry).href)

for await (const line of createInterface({ input: process.stdin })) {
  let answer
  try {
    const r = await runSimulation(JSON.parse(line), {})
    answer = r.resultType === 'error'
      ? { error: JSON.stringify(r.errors) }
      : { result: r.overallResult, ignored: r.resultType === 'single' ? r.result.ignoredContextKeys : [] }
  } catch (e) {
    answer = { error: String(e) }
  }
  process.stdout.write(JSON.stringify(answer) + '\n')
}
