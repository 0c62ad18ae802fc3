// Random types, values, calls, events and errors, and what viem makes of them: see abi.lua.
import {
  decodeAbiParameters, decodeErrorResult, decodeEventLog, decodeFunctionData, decodeFunctionResult,
  encodeAbiParameters, encodeErrorResult, encodeEventTopics, encodeFunctionData, encodeFunctionResult, encodePacked,
  toEventSelector,
} from 'viem'
import { chance, main, pick, randomInt, several } from './lines.mjs'
import { atom, made, of_atom, parameter, take } from './values.mjs'

// Cases -------------------------------------------------------------------------------------------

const name = () => pick(['f', 'transfer', '_a', 'Long_name_9', 'x$'])

function make_packed() {
  const types = several(0, 5, atom)
  return { types, values: types.map(of_atom) }
}

function make_packed_array() {
  let kind
  do kind = atom()
  while (kind === 'string' || kind === 'bytes')
  return { types: [`${kind}${pick(['[]', '[2]'])}`], values: [several(2, 2, () => of_atom(kind))] }
}

function make_call() {
  const [inputs, args] = made(0, 4, 2)
  const [outputs, results] = made(1, 3, 2)
  return { name: name(), inputs, args, outputs, results }
}

function make_event() {
  const [inputs, args] = made(0, 5, 2)
  return { name: name(), inputs, args, indexed: inputs.map((kind, i) => i < 3 && !/[[(]/.test(kind) && chance(2)) }
}

// For each parameter values any of which will do; any at all where there are none, but not for all.
function make_topics() {
  const inputs = several(1, 3, atom)
  return { name: name(), inputs, choices: inputs.map((kind, i) => several(i === 0 ? 1 : 0, 3, () => of_atom(kind))) }
}

const make = {
  abi: () => {
    const [types, values] = made(0, 5, 3)
    return { types, values }
  },
  packed: make_packed,
  packed_array: make_packed_array,
  call: make_call,
  error: () => {
    const [inputs, args] = made(0, 4, 2)
    return { name: name(), inputs, args }
  },
  event: make_event,
  topics: make_topics,
}

// Answers -----------------------------------------------------------------------------------------

const again = (data, other) => data === other ? data : `${data} then ${other}`
const take_all = (params, values) => params.map((param, i) => take(param, values[i]))

function answer_abi(c) {
  const params = c.types.map(parameter)
  const data = encodeAbiParameters(params, take_all(params, c.values))
  return again(data, data === '0x' ? data : encodeAbiParameters(params, decodeAbiParameters(params, data)))
}

function answer_packed(c) {
  return encodePacked(c.types, take_all(c.types.map(parameter), c.values))
}

function answer_call(c) {
  const inputs = c.inputs.map(parameter), outputs = c.outputs.map(parameter)
  const abi = [{ type: 'function', name: c.name, stateMutability: 'view', inputs, outputs }]
  const functionName = c.name
  const data = encodeFunctionData({ abi, functionName, args: take_all(inputs, c.args) })
  const other = encodeFunctionData({ abi, functionName, args: decodeFunctionData({ abi, data }).args })
  const given = take_all(outputs, c.results)
  const result = encodeFunctionResult({ abi, functionName, result: given.length === 1 ? given[0] : given })
  const found = decodeFunctionResult({ abi, functionName, data: result })
  return `${again(data, other)} ${again(result, encodeFunctionResult({ abi, functionName, result: found }))}`
}

function answer_error(c) {
  const inputs = c.inputs.map(parameter)
  const abi = [{ type: 'error', name: c.name, inputs }]
  const data = encodeErrorResult({ abi, errorName: c.name, args: take_all(inputs, c.args) })
  const { args } = decodeErrorResult({ abi, data })
  return again(data, encodeErrorResult({ abi, errorName: c.name, args }))
}

function answer_event(c) {
  const inputs = c.inputs.map((text, i) => ({ ...parameter(text), name: `n${i}`, indexed: c.indexed[i] }))
  const given = take_all(inputs, c.args)
  const event = { type: 'event', name: c.name, inputs }
  const args = Object.fromEntries(inputs.map((param, i) => [param.name, given[i]]).filter((_, i) => c.indexed[i]))
  const topics = encodeEventTopics({ abi: [event], eventName: c.name, args })
  const rest = inputs.filter((param) => !param.indexed)
  const data = encodeAbiParameters(rest, given.filter((_, i) => !c.indexed[i]))
  const log = decodeEventLog({ abi: [event], topics, data }).args ?? {}
  const found = inputs.filter((param) => param.indexed).map((param) => {
    const value = log[param.name]
    return param.type === 'string' || param.type === 'bytes' ? value : encodeAbiParameters([param], [value])
  })
  const others = encodeAbiParameters(rest, rest.map((param) => log[param.name]))
  return `${again(topics.join(' '), [toEventSelector(event), ...found].join(' '))} ${again(data, others)}`
}

function answer_topics(c) {
  const inputs = c.inputs.map((type, i) => ({ type, name: `n${i}`, indexed: true }))
  const args = Object.fromEntries(inputs.map((param, i) =>
    [param.name, c.choices[i].length > 0 ? c.choices[i].map((value) => take(param, value)) : null]))
  const topics = encodeEventTopics({ abi: [{ type: 'event', name: c.name, inputs }], eventName: c.name, args })
  return topics.map((place) => Array.isArray(place) ? `[${place.join(',')}]` : place ?? 'any').join(' ')
}

await main(make, {
  abi: answer_abi, packed: answer_packed, packed_array: answer_packed, call: answer_call, error: answer_error,
  event: answer_event, topics: answer_topics,
})
