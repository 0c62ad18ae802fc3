/* The part of libedit that is used here, written down so that neither its headers nor the library
 * are needed to build. Names and numbers are those of <histedit.h>, which never change: they are
 * part of what libedit.so.2 promises to programs compiled long ago. */
#ifndef DS_HOST_LIBEDIT_H
#define DS_HOST_LIBEDIT_H

#include <stdio.h>

typedef struct EditLine EditLine;
typedef struct History History;

typedef struct HistEvent {
    int num;
    const char *str;
} HistEvent;

typedef struct LineInfo {
    const char *buffer, *cursor, *lastchar; /* lastchar is behind the last one */
} LineInfo;

typedef char *ds_el_prompt(EditLine *);
typedef unsigned char ds_el_key(EditLine *, int);

enum { EL_PROMPT = 0, EL_EDITOR = 2, EL_SIGNAL = 3, EL_BIND = 4 };
enum { EL_SETTY = 8, EL_ADDFN = 9, EL_HIST = 10 };
enum { H_SETSIZE = 1, H_ENTER = 10, H_SETUNIQUE = 20 };
enum { CC_EOF = 2, CC_REFRESH = 4, CC_ERROR = 6, CC_REDISPLAY = 8 };

/*  returns      name            arguments */
#define DS_LIBEDIT_LIST(X)                                                                         \
    X(EditLine *, el_init, (const char *, FILE *, FILE *, FILE *))                                 \
    X(void, el_end, (EditLine *))                                                                  \
    X(const char *, el_gets, (EditLine *, int *))                                                  \
    X(int, el_set, (EditLine *, int, ...))                                                         \
    X(int, el_wset, (EditLine *, int, ...))                                                        \
    X(int, el_source, (EditLine *, const char *))                                                  \
    X(const LineInfo *, el_line, (EditLine *))                                                     \
    X(int, el_insertstr, (EditLine *, const char *))                                               \
    X(History *, history_init, (void))                                                             \
    X(void, history_end, (History *))                                                              \
    X(int, history, (History *, HistEvent *, int, ...))

typedef struct ds_libedit {
#define DS_LIBEDIT_MEMBER(type, name, arguments) type(*name) arguments;
    DS_LIBEDIT_LIST(DS_LIBEDIT_MEMBER)
#undef DS_LIBEDIT_MEMBER
} ds_libedit;

#endif
