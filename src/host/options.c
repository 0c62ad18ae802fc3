#include "host/options.h"

#include <string.h>

char *ds_host_argument(char **argv, int *index)
{
    char *behind = argv[*index] + 2;
    return *behind != '\0' ? behind : argv[++*index];
}

static void refuse(ds_host_options *o, const char *argument, const char *why)
{
    o->bad = argument;
    o->why = why;
}

/* The text behind "--name=", or NULL when the option is another one. */
static const char *value_of(const char *option, const char *name)
{
    size_t len = strlen(name);
    return strncmp(option, name, len) == 0 && option[len] == '=' ? option + len + 1 : NULL;
}

/* The same, or the next word, which begins with no dash. *index moves to the last word taken. */
static const char *needed_value(ds_host_options *o, char **argv, int *index, const char *name)
{
    const char *option = argv[*index], *next = argv[*index + 1];
    if (strcmp(option, name) != 0)
        return value_of(option, name);
    if (next == NULL || *next == '-') {
        refuse(o, option, "needs an argument");
        return NULL;
    }
    ++*index;
    return next;
}

/* Options of the simulator that take a value. Out: where it goes, or NULL for another option. */
static const char **room_for(ds_host_options *o, const char *option, const char **name)
{
    const struct {
        const char *name;
        const char **one;  /* or */
        const char **many; /* of which there are */
        size_t *count;
    } all[] = {{"--app-id", &o->app_id, NULL, NULL},
               {"--os-version", &o->os_version, NULL, NULL},
               {"--quote", &o->quote, NULL, NULL},
               {"--fault", NULL, o->faults, &o->fault_count},
               {"--attest-fault", NULL, o->attest_faults, &o->attest_fault_count}};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        *name = all[i].name;
        if (strcmp(option, *name) != 0 && value_of(option, *name) == NULL)
            continue;
        if (all[i].one != NULL)
            return all[i].one;
        if (*all[i].count < DS_HOST_FAULTS_MAX)
            return &all[i].many[(*all[i].count)++];
        refuse(o, option, "too many faults");
        return NULL;
    }
    return NULL;
}

static void long_option(ds_host_options *o, char **argv, int *index)
{
    const char *option = argv[*index], *name;
    const char *directory = value_of(option, "--simulator");
    const char **room = room_for(o, option, &name);
    if (o->bad != NULL)
        return;
    if (room != NULL) {
        *room = needed_value(o, argv, index, name);
        if (o->needs_simulator == NULL)
            o->needs_simulator = name;
    } else if (strcmp(option, "--help") == 0) {
        o->help = true;
    } else if (strcmp(option, "--version") == 0) {
        o->version = true;
    } else if (directory != NULL || strcmp(option, "--simulator") == 0) {
        o->simulator = true;
        o->directory = directory;
        if (o->directory != NULL && *o->directory == '\0')
            refuse(o, option, "a directory is missing after '='");
    } else {
        refuse(o, option, "unknown option");
    }
}

/* -i, -v, -E, -W and our -h: letters that stand alone. */
static void switch_option(ds_host_options *o, const char *option)
{
    if (option[1] == '\0' || strchr("ivEWh", option[1]) == NULL || option[2] != '\0') {
        refuse(o, option, "unknown option");
        return;
    }
    o->help = o->help || option[1] == 'h';
    o->interactive = o->interactive || option[1] == 'i';
    o->version = o->version || option[1] == 'i' || option[1] == 'v';
    o->no_environment = o->no_environment || option[1] == 'E';
}

static void short_option(ds_host_options *o, int argc, char **argv, int *index)
{
    const char *option = argv[*index];
    bool separate = option[2] == '\0';
    if (option[1] != 'e' && option[1] != 'l')
        switch_option(o, option);
    else if (separate && (*index + 1 == argc || argv[*index + 1][0] == '-'))
        refuse(o, option, "needs an argument");
    else
        *index += separate;
    o->runs = o->runs || option[1] == 'e';
}

ds_host_options ds_host_read_options(int argc, char **argv)
{
    ds_host_options o = {.script = argc};
    for (int i = 1; i < argc && o.bad == NULL; i++) {
        if (strcmp(argv[i], "--") == 0) {
            o.dashes = true;
            o.script = i + 1;
            break;
        }
        if (argv[i][0] != '-' || argv[i][1] == '\0') {
            o.script = i;
            break;
        }
        if (argv[i][1] == '-')
            long_option(&o, argv, &i);
        else
            short_option(&o, argc, argv, &i);
    }
    if (o.bad == NULL && o.needs_simulator != NULL && !o.simulator)
        refuse(&o, o.needs_simulator, "goes with --simulator only");
    return o;
}
