# dstack for Lua and C. `make demo` and `make test` do everything on a fresh Debian or Ubuntu.
# `make help` lists the targets: what it says of one stands behind its ##.

# Settings ----------------------------------------------------------------------------------------

CC      ?= gcc
CFLAGS  ?= -O2 -g
PREFIX  ?= /usr/local
DESTDIR ?=
BUILD   ?= build
JOBS    ?= $(shell nproc 2>/dev/null || echo 1)

comma   := ,

VERSION := $(shell sed -n 's/^M._VERSION = "\(.*\)"/\1/p' lua/dstack/init.lua)

# Which Luas modules are built for: 5.1, 5.2, 5.3, 5.4, luajit. What is built for 5.1 loads in LuaJIT
# and nginx alike; luajit, which installs nowhere, is for who compiles with its own headers.
ABIS    ?= 5.4 5.1
KNOWN   := 5.1 5.2 5.3 5.4 luajit

lua_name   = $(if $(filter luajit,$(1)),luajit,lua$(1))
lua_inc    = $(or $(LUA$(subst .,,$(1))_INC),$(shell pkg-config --cflags $(lua_name) 2>/dev/null),\
               -I/usr/include/$(lua_name))
LUA54_INC := $(call lua_inc,5.4)
LIBDIR    ?= $(or $(shell pkg-config --variable=libdir libcrypto 2>/dev/null),/usr/lib)

# -Werror in CI only: another compiler's new warning must not stop a user.
WARN    := -Wall -Wextra -Wconversion $(if $(CI),-Werror)
COMPILE  = $(CC) -std=c99 -D_POSIX_C_SOURCE=200809L -DDS_VERSION='"$(VERSION)"' -Isrc -fPIC \
           -fvisibility=hidden -MMD -MP $(WARN) $(CFLAGS)
# nodelete: libcurl and OpenSSL do not take being unloaded, and leak reports keep their names.
# `make V=1` shows the commands.
Q       := $(if $(V),,@)
MODULE   = $(CC) -shared $(CFLAGS) $(LDFLAGS) -Wl,-z,nodelete

CORE_SRC := $(filter-out src/crypto/libcrypto_%.c,\
              $(wildcard src/base/*.c src/crypto/*.c src/rpc/*.c src/guest/*.c src/attest/*.c \
              src/deploy/*.c src/ethereum/*.c src/solana/*.c src/http1/*.c))
HTTP_SRC := $(filter-out src/http/curl_%.c,$(wildcard src/http/*.c))
SIM_SRC  := $(wildcard src/simulator/*.c)
HOST_SRC := $(wildcard src/host/*.c)
LUA_SRC  := $(wildcard src/lua/*.c)
LUA_FILES := $(sort $(shell find lua/dstack -name '*.lua'))
SCRIPTS   := $(sort $(wildcard lua/dstack/cli/*sh))
TYPES    := $(sort $(wildcard types/*.lua))

objects  = $(patsubst src/%.c,$(BUILD)/obj/%.o,$(1))
CORE    := $(call objects,$(CORE_SRC))
BASE    := $(call objects,$(wildcard src/base/*.c src/http1/*.c))
HTTP    := $(call objects,$(HTTP_SRC))
SIM     := $(call objects,$(SIM_SRC))
LINKED  := $(BUILD)/obj/http/curl_linked.o
MODULES := $(foreach abi,$(ABIS),$(BUILD)/$(abi)/dstack/core.so $(BUILD)/$(abi)/dstack/http.so)
INTERPRETER := $(BUILD)/dstack-lua
C_TESTS := $(patsubst test/%.c,$(BUILD)/test/%,$(wildcard test/*_test.c))

# What is built -----------------------------------------------------------------------------------

all: $(INTERPRETER) $(MODULES) ## the interpreter, and the modules for plain Lua 5.4, 5.1 and LuaJIT

$(BUILD)/obj/%.o: src/%.c Makefile
	@mkdir -p $(@D)
	@echo "CC    $@"
	$(Q)$(COMPILE) -c $< -o $@

# The binding, once an ABI.
binding = $(addprefix $(BUILD)/$(1)/obj/,$(notdir $(patsubst %.c,%.o,$(filter-out src/lua/m_%,$(LUA_SRC)))))
glue    = $(addprefix $(BUILD)/$(1)/obj/,box.o compat.o headers.o)

core_objects = $(call binding,$(1)) $(BUILD)/$(1)/obj/m_core.o $(CORE)
http_objects = $(call glue,$(1)) $(BUILD)/$(1)/obj/m_http.o $(BASE) $(HTTP) $(LINKED)

define module_rules
$(BUILD)/$(1)/obj/%.o: src/lua/%.c Makefile
	@mkdir -p $$(@D)
	@echo "CC    $$@"
	$$(Q)$$(COMPILE) $(call lua_inc,$(1)) -c $$< -o $$@

$(BUILD)/$(1)/dstack/core.so: $(call core_objects,$(1))
	@mkdir -p $$(@D)
	@echo "LINK  $$@"
	$$(Q)$$(MODULE) $$^ -lcrypto -lsecp256k1 -o $$@

$(BUILD)/$(1)/dstack/http.so: $(call http_objects,$(1))
	@mkdir -p $$(@D)
	@echo "LINK  $$@"
	$$(Q)$$(MODULE) $$^ -lcurl -lcrypto -o $$@
endef
# For the interpreter 5.4 is always known.
$(foreach abi,$(sort 5.4 $(ABIS)),$(eval $(call module_rules,$(abi))))

# The interpreter: Lua, cjson and libsecp256k1 inside; libcrypto, libcurl and libmicrohttpd are loaded
# at first use. What calls libcrypto is compiled once more for that.
CRYPTIC  := $(filter src/crypto/%,$(CORE_SRC)) $(shell grep -l '<openssl/' $(HTTP_SRC) $(SIM_SRC))
LAZY     := $(patsubst src/%.c,$(BUILD)/lazy/%.o,$(CRYPTIC))
HOST_OBJ := $(call objects,$(HOST_SRC)) $(BUILD)/obj/embedded.o $(call binding,5.4) \
            $(BUILD)/5.4/obj/m_core.o $(BUILD)/5.4/obj/m_http.o \
            $(filter-out $(LAZY:$(BUILD)/lazy/%=$(BUILD)/obj/%),$(CORE) $(HTTP) $(SIM)) $(LAZY) \
            $(BUILD)/lazy/crypto/libcrypto_dlopen.o $(BUILD)/obj/http/curl_dlopen.o

$(BUILD)/lazy/lazy_libcrypto.h: tools/lazy_libcrypto $(LAZY:$(BUILD)/lazy/%=$(BUILD)/obj/%)
	@mkdir -p $(@D)
	tools/lazy_libcrypto $(filter %.o,$^) >$@

$(BUILD)/lazy/%.o: src/%.c $(BUILD)/lazy/lazy_libcrypto.h Makefile
	@mkdir -p $(@D)
	@echo "CC    $@"
	$(Q)$(COMPILE) -I$(BUILD)/lazy -include lazy_libcrypto.h $(DIRECT) -c $< -o $@

$(BUILD)/lazy/crypto/libcrypto_dlopen.o: DIRECT := -DDS_LIBCRYPTO_DIRECT

$(call objects,$(HOST_SRC)) $(BUILD)/obj/embedded.o: COMPILE += $(LUA54_INC)

$(BUILD)/obj/embedded.c: tools/embed $(LUA_FILES) $(SCRIPTS) $(TYPES) Makefile
	@mkdir -p $(@D)
	@echo "EMBED $@"
	$(Q)tools/embed lua $(LUA_FILES) $(SCRIPTS) $(TYPES) >$@

$(BUILD)/obj/embedded.o: $(BUILD)/obj/embedded.c $(LUA_FILES) $(SCRIPTS) $(TYPES)
	@echo "CC    $@"
	$(Q)$(COMPILE) -c $< -o $@

$(INTERPRETER): $(HOST_OBJ)
	@echo "LINK  $@"
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -Wl,-E $^ $(LIBDIR)/liblua5.4-cjson.a $(LIBDIR)/liblua5.4.a \
	    $(LIBDIR)/libsecp256k1.a -ldl -lm -o $@

# The two commands --------------------------------------------------------------------------------

demo: ## install what is needed, build, and run examples/quickstart.lua on the simulator
	@tools/packages build
	@$(MAKE) --no-print-directory -j$(JOBS) $(INTERPRETER)
	$(INTERPRETER) --simulator examples/quickstart.lua

test: ## all tests: C, and the specs on lua5.4, lua5.1, luajit and in nginx
	@tools/packages build test
	@$(MAKE) --no-print-directory -j$(JOBS) all c-tests
	@BUILD=$(BUILD) tools/test

# With modules built for that Lua, luajit with its own headers too.
test-lua: ## the specs on one Lua: make test-lua LUA=5.3
	@[ -n "$(filter $(LUA),$(KNOWN))" ] || { echo "test-lua: LUA is one of $(KNOWN)," \
	    "for example make test-lua LUA=5.3"; exit 2; }
	@tools/packages build test luas
	@$(MAKE) --no-print-directory -j$(JOBS) all $(BUILD)/test/scripted_server ABIS="$(sort $(ABIS) $(LUA))"
	@BUILD=$(BUILD) LUA=$(LUA) tools/test

test-rocks: ## both rocks: made, packed, installed from a local server, used on every Lua
	@tools/packages build test luas rocks
	@$(MAKE) --no-print-directory -j$(JOBS) $(INTERPRETER)
	@BUILD=$(BUILD) tools/rocks/run

# The specs that hold for every agent, asked of the one that DSTACK_SIMULATOR_ENDPOINT names: a
# socket path or a URL. They emit events there.
test-endpoint: ## the specs that hold for every agent, asked of $DSTACK_SIMULATOR_ENDPOINT
	@[ -n "$$DSTACK_SIMULATOR_ENDPOINT" ] || { echo "test-endpoint: set DSTACK_SIMULATOR_ENDPOINT to" \
	    "the agent's socket or URL, for example /var/run/dstack.sock"; exit 2; }
	@tools/packages build test
	@$(MAKE) --no-print-directory -j$(JOBS) all
	@BUILD=$(BUILD) DSTACK_TEST_ENDPOINT="$$DSTACK_SIMULATOR_ENDPOINT" tools/test

# Quality -----------------------------------------------------------------------------------------

$(BUILD)/test/%: test/%.c $(CORE) $(HTTP) $(SIM) $(LINKED) Makefile
	@mkdir -p $(@D)
	@echo "CC    $@"
	$(Q)$(COMPILE) $(LDFLAGS) $< $(filter %.o,$^) $(TEST_FLAGS) -lcurl -lcrypto -lsecp256k1 -ldl -o $@

# Where memory runs out, see test/torture.h.
TORTURE := $(addprefix $(BUILD)/test/,torture_test crypto_torture_test env_torture_test \
             lua_torture_test solana_torture_test verify_torture_test attested_torture_test \
             attest_log_torture_test)
$(TORTURE): TEST_FLAGS := $(addprefix -Wl$(comma)--wrap=,malloc calloc realloc strdup free)
$(BUILD)/test/lua_torture_test: COMPILE += $(LUA54_INC)
$(BUILD)/test/lua_torture_test: TEST_FLAGS += -Wl,-E $(LIBDIR)/liblua5.4.a -lm
$(BUILD)/test/lua_torture_test: $(call binding,5.4) $(addprefix $(BUILD)/5.4/obj/,m_core.o m_http.o)

# Where freed memory is looked at, see test/wipe_test.c.
$(BUILD)/test/wipe_test: COMPILE += $(LUA54_INC)
$(BUILD)/test/wipe_test: TEST_FLAGS := $(addprefix -Wl$(comma)--wrap=,malloc calloc free) \
    $(LIBDIR)/liblua5.4.a -lm
$(BUILD)/test/wipe_test: $(call binding,5.4) $(BUILD)/5.4/obj/m_core.o
$(BUILD)/test/env_wipe_test: TEST_FLAGS := $(addprefix -Wl$(comma)--wrap=,malloc realloc free)

c-tests: $(C_TESTS) $(BUILD)/test/scripted_server ## build the C tests

lint: ## style, layering, sizes, documentation
	@tools/packages build test lint
	@$(MAKE) --no-print-directory -j$(JOBS) $(INTERPRETER)
	@BUILD=$(BUILD) tools/lint

docs: $(INTERPRETER) ## build/docs/api.md, the reference of the API, from types/
	@mkdir -p $(BUILD)/docs
	$(INTERPRETER) tools/docs.lua $(TYPES) >$(BUILD)/docs/api.md

check-sanitizers: ## all tests with the sanitizers for addresses and undefined behaviour
	@tools/packages build test
	@$(MAKE) --no-print-directory -j$(JOBS) BUILD=$(BUILD)/asan all c-tests \
	    CFLAGS="-O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=undefined"
	@BUILD=$(BUILD)/asan SANITIZED=1 tools/test

check-valgrind: ## the C tests under valgrind
	@tools/packages build test lint
	@$(MAKE) --no-print-directory -j$(JOBS) c-tests
	@BUILD=$(BUILD) tools/valgrind

check-memory: check-sanitizers check-valgrind ## both of these

fuzz: ## the fuzz harnesses, each for FUZZ_SECONDS or FUZZ_RUNS
	@tools/packages build fuzz
	@$(MAKE) --no-print-directory -j$(JOBS) $(BUILD)/5.4/dstack/core.so
	@$(MAKE) --no-print-directory -j$(JOBS) -f fuzz/Makefile BUILD=$(BUILD) build
	@$(MAKE) --no-print-directory -f fuzz/Makefile BUILD=$(BUILD) run

bench: all ## measure how long calls take
	@$(MAKE) --no-print-directory -C bench BUILD=$(abspath $(BUILD))

examples: ## run all examples on the simulator, and on nodes for tests
	@tools/packages build nodes
	@$(MAKE) --no-print-directory -j$(JOBS) $(INTERPRETER)
	@for file in examples/*.lua; do echo "== $$file"; \
	    BUILD=$(BUILD) test/rpc_server/run $(INTERPRETER) --simulator $$file || exit 1; done
	@echo "== examples/ratls_server_client/run"; BUILD=$(BUILD) examples/ratls_server_client/run

# Completion scripts and the manual page: the interpreter writes them, from its table of commands.
SHARED := bash-completion/completions/dstack-lua zsh/site-functions/_dstack-lua \
          fish/vendor_completions.d/dstack-lua.fish man/man1/dstack-lua.1

$(BUILD)/share/bash-completion/%: WORDS := completion bash
$(BUILD)/share/zsh/%: WORDS := completion zsh
$(BUILD)/share/fish/%: WORDS := completion fish
$(BUILD)/share/man/%: WORDS := help --man
$(addprefix $(BUILD)/share/,$(SHARED)): $(INTERPRETER)
	@mkdir -p $(@D)
	@echo "WRITE $@"
	$(Q)$(INTERPRETER) $(WORDS) >$@.new && mv $@.new $@

share: $(addprefix $(BUILD)/share/,$(SHARED)) ## build/share: completion scripts, manual page

# Installation ------------------------------------------------------------------------------------

# LuaJIT looks where 5.1 does.
PLACES       := $(filter-out luajit,$(ABIS))
# The module: what is in lua/ but what only the interpreter uses.
MODULE_FILES := $(patsubst lua/%,%,$(filter-out lua/dstack/cli/% lua/dstack/repl/%,\
                $(sort $(shell find lua -name '*.lua'))))
MODULE_DIRS  := $(filter-out lua/dstack/cli lua/dstack/repl,$(shell find lua -mindepth 1 -depth -type d))
INSTALLED    := bin/dstack-lua $(foreach abi,$(PLACES),$(addprefix lib/lua/$(abi)/dstack/,core.so http.so) \
                $(addprefix share/lua/$(abi)/,$(MODULE_FILES))) $(addprefix share/,$(SHARED))
SHARED_DIRS  := $(addprefix share/,$(patsubst %/,%,$(dir $(SHARED))) \
                $(foreach file,$(SHARED),$(firstword $(subst /, ,$(file)))))
# Deepest first. A system's own directories stay, also when they are empty.
DIRECTORIES  := $(foreach abi,$(PLACES),lib/lua/$(abi)/dstack lib/lua/$(abi) \
                $(patsubst lua/%,share/lua/$(abi)/%,$(MODULE_DIRS)) share/lua/$(abi)) \
                lib/lua share/lua $(if $(filter /usr /usr/local,$(PREFIX)),,$(SHARED_DIRS) bin lib share)

install: all share ## install below PREFIX (/usr/local), in DESTDIR where that is set
	install -D -m 755 $(INTERPRETER) $(DESTDIR)$(PREFIX)/bin/dstack-lua
	for abi in $(PLACES); do \
	    for file in core http; do install -D -m 755 $(BUILD)/$$abi/dstack/$$file.so \
	        $(DESTDIR)$(PREFIX)/lib/lua/$$abi/dstack/$$file.so || exit 1; done; \
	    for file in $(MODULE_FILES); do install -D -m 644 lua/$$file \
	        $(DESTDIR)$(PREFIX)/share/lua/$$abi/$$file || exit 1; done; \
	done
	for file in $(SHARED); do install -D -m 644 $(BUILD)/share/$$file \
	    $(DESTDIR)$(PREFIX)/share/$$file || exit 1; done

uninstall: ## take away what install put there
	rm -f $(addprefix $(DESTDIR)$(PREFIX)/,$(INSTALLED))
	for dir in $(addprefix $(DESTDIR)$(PREFIX)/,$(DIRECTORIES)); do \
	    [ ! -d $$dir ] || rmdir --ignore-fail-on-non-empty $$dir || exit 1; done

# LuaRocks ----------------------------------------------------------------------------------------

ROCKSPECS := dstack-scm-1.rockspec lua-resty-dstack-scm-1.rockspec
sources    = $(sort $(patsubst $(BUILD)/obj/%.o,src/%.c,$(patsubst $(BUILD)/5.4/obj/%.o,src/lua/%.c,$(1))))
rockspec   = CORE="$(call sources,$(call core_objects,5.4))" HTTP="$(call sources,$(call http_objects,5.4))" \
             MODULES="$(MODULE_FILES)" VERSION=$(VERSION) SOURCE=$(SOURCE) lua5.4 tools/rockspec.lua

rockspecs: ## write the rockspecs' lists of files from this Makefile's
	@$(rockspec) write $(ROCKSPECS)

rockspecs-check: ## say where those lists differ from this Makefile's
	@$(rockspec) check $(ROCKSPECS)

release-rockspecs: ## build/rocks: this version's rockspecs, fetched from SOURCE=URL
	@mkdir -p $(BUILD)/rocks
	@$(rockspec) release $(BUILD)/rocks $(ROCKSPECS)

clean: ## remove what was built
	rm -rf $(BUILD)

help: ## this list
	@sed -n 's/^\([a-z-]*\):.* ## \(.*\)$$/\1 \2/p' Makefile | while read -r name purpose; do \
	    printf '%-18s %s\n' "$$name" "$$purpose"; done

.PHONY: all demo test test-lua test-endpoint c-tests lint docs check-sanitizers check-valgrind check-memory \
        fuzz bench examples share install uninstall rockspecs rockspecs-check release-rockspecs \
        test-rocks clean help

-include $(shell find $(BUILD) -type f -name '*.d' 2>/dev/null)
