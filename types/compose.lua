---@meta dstack

-- app-compose.json --------------------------------------------------------------------------------

---app-compose.json as bytes. A guest measures the SHA-256 of the file as it lies there: another indent, another
---order or a newline at the end is another application. docs/compose.md tells the whole of it.
---@class dstack.compose
---@field forms string[] names of the forms that tools write: "compact-sorted", "vmm-cli", "pretty-sorted", "compact", "dstack-cloud", "phala-0.3", "jq"
---@field flavours string[] whose helper: "js", "python", "go", "go-1.21"
---@field AppCompose AppCompose
local compose = {}

---A document of a file's bytes.
---Errors: invalid (the file cannot be read, or has no JSON object); too_large (more than 2^20 values); memory; internal
---Raises: path is no text
---@param path string
---@return dstack.Compose? doc, string? message, dstack.code? code
function compose.load(path) end

---A document of bytes, which it keeps as they are.
---Errors: invalid (no JSON object); too_large (more than 2^20 values); memory; internal (OpenSSL failed)
---Raises: text is no text
---@param text string
---@return dstack.Compose? doc, string? message, dstack.code? code
function compose.parse(text) end

---Fields of a new document: every one that guests know, and three that are none.
---@class dstack.compose.NewOptions
---@field name string
---@field from? string path of a docker-compose file, for docker_compose_file
---@field form? string default "vmm-cli"
---@field extra? table members of other names
---@field docker_compose_file? string its text
---@field manifest_version? integer|string default 2, or "3" where something needs it
---@field runner? string default "docker-compose"
---@field allowed_envs? string[] default none
---@field kms_enabled? boolean default false, as of all fields that vmm-cli writes

---A new document. Fields that vmm-cli writes have its defaults; what is not named here is absent.
---Errors: invalid (a value of the wrong form, `from` cannot be read); too_large; memory; internal (OpenSSL failed)
---Raises: name is missing; a field does not exist; from and docker_compose_file both; a form that does not exist
---@param options dstack.compose.NewOptions
---@return dstack.Compose? doc, string? message, dstack.code? code
function compose.new(options) end

---@class dstack.compose.CheckOptions
---@field os_version? string release of the guest OS, default "0.5.11"; "0.6.0" is the one in development

---@class dstack.compose.Finding
---@field severity "error"|"warning"|"note" does not boot; boots, but not as it was meant; good to know
---@field rule string a short name that stays
---@field path string where, such as "requirements.platforms[2]"; "" is the whole document
---@field what string is the matter
---@field boot string comes of it
---@field cure string mends it

---What a guest of that release makes of the document: an empty list where there is nothing to say. Errors come first.
---Errors: invalid (no JSON object, os_version is no release); too_large (more than 2^20 values); memory; internal
---Raises: doc is neither document nor text; an option that does not exist
---@param doc dstack.Compose|string
---@param options? dstack.compose.CheckOptions
---@return dstack.compose.Finding[]? findings, string? message, dstack.code? code
function compose.check(doc, options) end

---@class dstack.compose.Difference
---@field path string
---@field kind "added"|"removed"|"changed"
---@field a? string what the first document has, as JSON
---@field b? string

---@class dstack.compose.Diff
---@field equal boolean the bytes are the same, and so the hashes
---@field reason "same"|"values"|"order"|"bytes" what matters most
---@field values dstack.compose.Difference[]
---@field order string[] paths of objects whose members come in another order; "" is the document
---@field bytes? table where the bytes part first: offset (from 0), line, a, b
---@field hash_a string
---@field hash_b string
---@field form_a? string the form that the bytes have, when it is one that is known
---@field form_b? string

---Why two documents have different hashes.
---Errors: invalid (no JSON object); too_large (more than 2^20 values); memory; internal (OpenSSL failed)
---Raises: a or b is neither document nor text
---@param a dstack.Compose|string
---@param b dstack.Compose|string
---@return dstack.compose.Diff? diff, string? message, dstack.code? code
function compose.diff(a, b) end

---@class dstack.compose.HashOptions
---@field flavour? string "js" (default), "python", "go" (1.22 or later) or "go-1.21"

---The text that `get_compose_hash` hashes.
---Errors: invalid (see dstack.get_compose_hash); too_large; memory
---Raises: as dstack.get_compose_hash
---@param app_compose AppCompose|dstack.Compose|table|string
---@param normalize? boolean
---@param options? dstack.compose.HashOptions
---@return string? text, string? message, dstack.code? code
function compose.canonical(app_compose, normalize, options) end

---The same as `dstack.get_compose_hash`.
---Errors: invalid (see dstack.get_compose_hash); too_large; memory; internal (OpenSSL failed)
---Raises: as dstack.get_compose_hash
---@param app_compose AppCompose|dstack.Compose|table|string
---@param normalize? boolean
---@param options? dstack.compose.HashOptions
---@return string? hex, string? message, dstack.code? code
function compose.get_compose_hash(app_compose, normalize, options) end

---A document. It does not change, and an assignment raises: an edit makes another one, in a form that is named or that
---the bytes have already.
---@class dstack.Compose
---@field bytes string what is measured
---@field hash string hex: SHA-256 of the bytes, the compose hash
---@field app_id string hex: its first 20 bytes, the id of an app that is created with it; an update keeps the id it had
---@field previous_hash? string hex: of the document that this one was made from
local Compose = {}

---A field's value: `dstack.null` for null, nil when it is absent; an integer beyond 2^53 is its decimal text.
---Errors: invalid (it is there twice, which guests refuse); memory
---Raises: name is no text; called without a colon
---@param name string
---@return any value, string? message, dstack.code? code
function Compose:get(name) end

---The form that the bytes have, the first of `compose.forms` where several are the same; nil when it is none of them.
---Errors: none
---Raises: called without a colon
---@return string? form
function Compose:form() end

---The same document in another form.
---Errors: invalid (two members of one name, a number beyond a double's range); too_large; memory; internal
---Raises: a form that does not exist; called without a colon
---@param form string
---@return dstack.Compose? doc, string? message, dstack.code? code
function Compose:to(form) end

---The document with other values for some fields. Those that are new come behind the others, in vmm-cli's order.
---Errors: invalid (a value without a JSON form; the bytes have no known form, and none is named); too_large; memory
---Errors: internal (OpenSSL failed)
---Raises: changes is no table of names; a form that does not exist; called without a colon
---@param changes table
---@param form? string
---@return dstack.Compose? doc, string? message, dstack.code? code
function Compose:with(changes, form) end

---The document without some fields.
---Errors: invalid (the bytes have no known form, and none is named); too_large; memory; internal (OpenSSL failed)
---Raises: names is neither a text nor a list of texts; a form that does not exist; called without a colon
---@param names string|string[]
---@param form? string
---@return dstack.Compose? doc, string? message, dstack.code? code
function Compose:without(names, form) end

---AppCompose, as the Python SDK has it: `dstack.AppCompose{runner = "docker-compose", name = "app"}`, or positional in
---that order. Fields of other names are kept.
---@class AppCompose
---@field runner string
---@field manifest_version? integer|string
---@field name? string
---@field features? string[]
---@field docker_compose_file? string
---@field docker_config? table
---@field public_logs? boolean
---@field public_sysinfo? boolean
---@field public_tcbinfo? boolean
---@field kms_enabled? boolean
---@field gateway_enabled? boolean
---@field tproxy_enabled? boolean
---@field local_key_provider_enabled? boolean
---@field key_provider? string
---@field key_provider_id? string
---@field allowed_envs? string[]
---@field no_instance_id? boolean
---@field secure_time? boolean
---@field requirements? table
---@field bash_script? string
---@field pre_launch_script? string
---@field snapshotter? string
---@overload fun(fields: table): AppCompose
local AppCompose = {}

---A table of the fields that have a value.
---Errors: none
---Raises: called without a colon
---@return table fields
function AppCompose:to_dict() end

---One of a table of fields, which stays as it is.
---Errors: none
---Raises: runner is missing; dict is no table of names
---@param dict table
---@return AppCompose app_compose
function AppCompose.from_dict(dict) end
