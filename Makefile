# dstack for Lua and C. `make demo` and `make test` do everything on a fresh Debian or Ubuntu.

# Settings ---------------------------------------------------------------------------------------

CC      ?= gcc
CFLAGS  ?= -O2 -g
PREFIX  ?= /usr/local
DESTDIR ?=
BUILD   ?= build

VERSION := $(shell sed -n 's/^M._VERSION = "\(.*\)"/\1/p' lua/dstack/init.lua)

WARN     := -Wall -Wextra -Wconversion $(if $(CI),-Werror)
COMPILE   = $(CC) -std=c99 -D_POSIX_C_SOURCE=200809L -Isrc -fPIC -fvisibility=hidden -MMD -MP \
            -DDS_VERSION='"$(VERSION)"' $(WARN) $(CFLAGS)
LUA54_INC ?= $(or $(shell pkg-config --cflags lua5.4 2>/dev/null),-I/usr/include/lua5.4)
LUA51_INC ?= $(or $(shell pkg-config --cflags lua5.1 2>/dev/null),-I/usr/include/lua5.1)
LIBDIR    ?= $(or $(shell pkg-config --variable=libdir lua5.4 2>/dev/null),/usr/lib)

CORE_LIBS := -lcrypto -lsecp256k1
HTTP_LIBS := -lcurl
HOST_LIBS := $(LIBDIR)/liblua5.4.a $(LIBDIR)/liblua5.4-cjson.a $(LIBDIR)/libsecp256k1.a \
             -lcrypto -lm -ldl -Wl,-E -Wl,--as-needed

CORE_SRC := $(wildcard src/base/*.c src/crypto/*.c src/rpc/*.c src/guest/*.c src/attest/*.c)
HTTP_SRC := $(filter-out src/http/curl_%.c,$(wildcard src/http/*.c))
SIM_SRC  := $(wildcard src/simulator/*.c)
LUA_SRC  := $(filter-out src/lua/m_%.c,$(wildcard src/lua/*.c))
HOST_SRC := $(wildcard src/host/*.c)
LUA_FILES := $(sort $(shell find lua -name '*.lua'))

obj = $(patsubst src/%.c,$(BUILD)/obj/%.o,$(1))
