---@meta dstack.tasks

-- Several things at once: dstack.run and what goes on in it, and the clients that never block. How errors are listed:
-- types/dstack.lua. docs/concurrency.md says how it all hangs together.

---@class dstack
---@field AsyncDstackClient AsyncDstackClientClass makes clients that never block
---@field AsyncDstackClientV0 AsyncDstackClientClass the same object as AsyncDstackClient
---@field AsyncDstackClientV1 AsyncDstackClientV1Class makes clients of v1 that never block
---@field AsyncTappdClient AsyncTappdClientClass makes clients of the deprecated service that never block
local dstack = {}

---Calls fn(...) as a task, and returns when it and all tasks that it spawned have ended. When it raises, the others are
---cancelled first. A failure of a task that nobody awaited is not lost: an error is raised here, any other failure
---returned, beside one of fn's own.
---Errors: dstack.call_errors (what fn, or a task that nobody awaited, has returned, whatever code that is)
---Raises: fn is no function; called in a task; an error of fn, with the task's traceback, or of a task that nobody awaited; a deadlock: all tasks wait, and none of them for time or a reply; in a phase of nginx where nobody can wait
---@param fn function
---@param ... any its arguments
---@return any ... what fn returns, or nil, message, code
function dstack.run(fn, ...) end

---Makes a task that calls fn(...) beside whoever calls this. It begins when the caller waits next.
---Errors: none
---Raises: fn is no function; called outside dstack.run
---@param fn function
---@param ... any its arguments
---@return dstack.Task task
function dstack.spawn(fn, ...) end

---@class dstack.GatherOptions
---@field concurrency? integer how many run at once, at least 1; default all
---@field settle? boolean let all end, whatever becomes of some, and tell of each

---@class dstack.Settled
---@field ok boolean
---@field value? any what the function returned first
---@field message? string where it failed; of an error with its traceback
---@field code? dstack.code
---@field error? any what it raised

---Runs the functions of a list at once, each as a task, and returns what each returned first, in order; `n` is how many
---there are, as results may be nil. The first one that fails, be it by nil and a message or by an error, has the others
---cancelled; when they have ended, its failure is returned or its error raised. With `settle` none is cancelled, and
---results are of the type dstack.Settled. Options may also stand in the list.
---Errors: dstack.call_errors (what a function has returned, whatever code that is); cancelled (one of them was)
---Raises: called outside a task; no list of functions; an option does not exist or has another type; an error of a function
---@param list function[]
---@param options? dstack.GatherOptions
---@return any[]? results, string? message, dstack.code? code
function dstack.gather(list, options) end

---Waits. In a task the others go on meanwhile, elsewhere nothing does.
---Errors: none
---Raises: seconds is no finite number from 0; in a task, where it cannot wait
---@param seconds number
function dstack.sleep(seconds) end

---Calls fn(...) as a task, which is cancelled when it takes longer than that.
---Errors: dstack.call_errors (what fn has returned, whatever code that is); timeout (it took longer)
---Raises: called outside a task; seconds is no finite number from 0; fn is no function; an error of fn
---@param seconds number
---@param fn function
---@param ... any its arguments
---@return any ... what fn returns, or nil, message, code
function dstack.timeout(seconds, fn, ...) end

---A function that runs beside others.
---@class dstack.Task
local Task = {}

---Waits until the task has ended, and returns what its function returned. May be called by several, and again.
---Errors: dstack.call_errors (what its function has returned, whatever code that is); cancelled (the task was)
---Raises: called outside a task, unless this one has ended; an error of its function, with its traceback; a task would await itself, be it by way of others
---@return any ... results, or nil, message, code
function Task:await() end

---Tells the task to end: whatever it waits in raises (in nginx it is ended there), and what was in flight is closed. It ends in its own time; who wants
---to know when awaits it.
---Errors: none
---@return boolean told false when it had ended, or been told, before
function Task:cancel() end

---Makes a client: as `dstack.DstackClient`.
---Errors: invalid (as DstackClientClass; the option transport names curl, which blocks)
---Raises: as DstackClientClass
---@class AsyncDstackClientClass
---@overload fun(endpoint_or_options?: string|DstackClientOptions): AsyncDstackClient?, string?, dstack.code?

---DstackClient that never blocks: every call in a task of dstack.run; a call outside raises and names the cure. (A
---DstackClient waits in the same way in a task, and blocks outside.)
---@class AsyncDstackClient: DstackClient
local AsyncDstackClient = {}

---Makes a client: as `dstack.DstackClientV1`.
---Errors: invalid (as AsyncDstackClientClass)
---Raises: as DstackClientV1Class
---@class AsyncDstackClientV1Class
---@overload fun(endpoint_or_options?: string|DstackClientOptions): AsyncDstackClientV1?, string?, dstack.code?

---DstackClientV1 that never blocks, as AsyncDstackClient.
---@class AsyncDstackClientV1: DstackClientV1
local AsyncDstackClientV1 = {}

---Makes a client: as `dstack.TappdClient`.
---Errors: invalid (as AsyncDstackClientClass)
---Raises: as TappdClientClass
---@class AsyncTappdClientClass
---@overload fun(endpoint_or_options?: string|DstackClientOptions): AsyncTappdClient?, string?, dstack.code?

---TappdClient that never blocks, as AsyncDstackClient. Deprecated, as the service is.
---@class AsyncTappdClient: TappdClient
local AsyncTappdClient = {}
