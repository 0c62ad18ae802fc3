#include "host/editor.h"

#include "base/library.h"
#include "base/wipe.h"
#include "host/call.h"
#include "host/history.h"

#include <errno.h>
#include <limits.h>
#include <locale.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define HISTORY_LINES 2000

#define DS_LIBEDIT_SYMBOL(type, name, arguments) #name,
static const char *const symbols[] = {DS_LIBEDIT_LIST(DS_LIBEDIT_SYMBOL) NULL};

static const ds_library library = {"libedit.so.2", "line editing", "libedit2", symbols};

/* Keys ---------------------------------------------------------------------------------------- */

/* libedit's callbacks are given its own handle only. There is one conversation a process. */
static ds_editor *editor;

static char *show_prompt(EditLine *unused)
{
    (void)unused;
    return (char *)editor->prompt;
}

static unsigned char on_tab(EditLine *edit, int key)
{
    ds_editor *e = editor;
    const LineInfo *info = e->api.el_line(edit);
    ds_completion found;
    (void)key;
    if (!e->complete(e->context, info->buffer, (size_t)(info->cursor - info->buffer), &found))
        return CC_ERROR;
    if (*found.insert != '\0')
        return e->api.el_insertstr(edit, found.insert) == 0 ? CC_REFRESH : CC_ERROR;
    if (found.listing == NULL)
        return CC_ERROR;
    printf("\n%s", found.listing);
    fflush(stdout);
    return CC_REDISPLAY;
}

static unsigned char on_control_c(EditLine *unused, int key)
{
    (void)unused;
    (void)key;
    editor->interrupted = true;
    return CC_EOF;
}

/* libedit's handler gives the terminal back before the process stops. */
static unsigned char on_control_z(EditLine *unused, int key)
{
    (void)unused;
    (void)key;
    raise(SIGTSTP);
    return CC_REDISPLAY;
}

/* Opening ------------------------------------------------------------------------------------- */

static void hear_history(void *context, const char *line)
{
    ds_editor *e = context;
    HistEvent event;
    e->api.history(e->history, &event, H_ENTER, line);
}

static void open_history(ds_editor *e)
{
    char path[PATH_MAX];
    if (!ds_history_path(path, sizeof path))
        return;
    e->history_fd = ds_history_open(path);
    if (e->history_fd < 0 || !ds_history_read(e->history_fd, hear_history, e))
        fprintf(stderr, DS_HOST_NAME ": history: %s: %s\n", path, strerror(errno));
}

/* Names of functions are wide: el_set would keep copies of them and lose those.
 * At the prompt Ctrl-C is a key, not a signal: libedit's read would go on after one. The flag that
 * does this takes Ctrl-Z along. */
static void set_keys(ds_editor *e)
{
    editor = e;
    e->api.el_set(e->edit, EL_PROMPT, show_prompt);
    e->api.el_set(e->edit, EL_SIGNAL, 1); /* it follows changes of the terminal's size */
    e->api.el_set(e->edit, EL_EDITOR, "emacs");
    e->api.el_wset(e->edit, EL_ADDFN, L"ds-complete", L"Complete a name", on_tab);
    e->api.el_wset(e->edit, EL_ADDFN, L"ds-clear", L"Give the line up", on_control_c);
    e->api.el_wset(e->edit, EL_ADDFN, L"ds-stop", L"Stop the process", on_control_z);
    e->api.el_set(e->edit, EL_HIST, e->api.history, e->history);
    e->api.el_source(e->edit, NULL); /* ~/.editrc */
    e->api.el_set(e->edit, EL_BIND, "^I", "ds-complete", NULL);
    e->api.el_set(e->edit, EL_BIND, "^C", "ds-clear", NULL);
    e->api.el_set(e->edit, EL_BIND, "^Z", "ds-stop", NULL);
    e->api.el_set(e->edit, EL_SETTY, "-d", "-isig", NULL);
}

/* Where this fails plain lines will do. */
static void open_libedit(ds_editor *e, bool keep)
{
    ds_error unused;
    HistEvent event;
    if (ds_library_load(&library, &e->api, &unused) != DS_OK)
        return;
    setlocale(LC_CTYPE, ""); /* or it would not know what a character is */
    e->history = e->api.history_init();
    e->edit = e->history == NULL ? NULL : e->api.el_init(DS_HOST_NAME, stdin, stdout, stderr);
    if (e->edit == NULL)
        return;
    e->api.history(e->history, &event, H_SETSIZE, HISTORY_LINES);
    e->api.history(e->history, &event, H_SETUNIQUE, 1);
    set_keys(e);
    if (keep)
        open_history(e);
}

void ds_editor_open(ds_editor *e, ds_complete *complete, void *context, bool keep)
{
    *e = (ds_editor){.history_fd = -1, .complete = complete, .context = context};
    e->terminal = isatty(STDIN_FILENO);
    if (e->terminal && isatty(STDOUT_FILENO))
        open_libedit(e, keep);
}

/* Reading ------------------------------------------------------------------------------------- */

static volatile sig_atomic_t signalled;

static void on_interrupt(int number)
{
    signalled = number;
}

/* What was typed may be a secret. */
static void forget_line(ds_editor *e)
{
    ds_wipe(e->line, e->line != NULL ? e->size : 0);
    free(e->line);
    e->line = NULL;
    e->size = 0;
}

static bool read_plain(ds_editor *e)
{
    fputs(e->prompt, stdout);
    fflush(stdout);
    bool got = getline(&e->line, &e->size, stdin) >= 0;
    if (!got && signalled != 0)
        clearerr(stdin);
    return got;
}

static bool read_edited(ds_editor *e)
{
    int count;
    const char *text = e->api.el_gets(e->edit, &count);
    e->line = text != NULL ? strdup(text) : NULL;
    e->size = e->line != NULL ? strlen(text) : 0;
    return e->line != NULL;
}

ds_line ds_editor_read(ds_editor *e, const char *prompt, const char **line)
{
    forget_line(e);
    e->prompt = prompt;
    e->interrupted = false;
    signalled = 0;
    if (e->edit != NULL)
        ds_host_on_signal(SIGINT, SIG_IGN); /* Ctrl-C is a key then */
    else if (e->terminal)
        ds_host_on_signal(SIGINT, on_interrupt);
    bool got = e->edit != NULL ? read_edited(e) : read_plain(e);
    if (e->terminal)
        ds_host_on_signal(SIGINT, SIG_DFL);
    if (e->interrupted || signalled != 0) {
        puts(e->edit != NULL ? "^C" : ""); /* else the terminal has shown it */
        return DS_LINE_INTERRUPTED;
    }
    if (!got)
        return DS_LINE_END;
    e->line[strcspn(e->line, "\n")] = '\0';
    *line = e->line;
    return DS_LINE;
}

void ds_editor_remember(ds_editor *e, const char *line)
{
    HistEvent event;
    if (e->edit == NULL || *line == '\0' || *line == ' ')
        return;
    e->api.history(e->history, &event, H_ENTER, line);
    if (e->history_fd >= 0)
        ds_history_add(e->history_fd, line);
}

void ds_editor_close(ds_editor *e)
{
    if (e->edit != NULL)
        e->api.el_end(e->edit);
    if (e->history != NULL)
        e->api.history_end(e->history);
    if (e->history_fd >= 0)
        close(e->history_fd);
    forget_line(e);
    *e = (ds_editor){.history_fd = -1};
}
