/* OpenSSL's own test server, and certificates for it, in the current directory. Needs the openssl
 * program. */
#ifndef DS_TEST_TLS_SERVER_H
#define DS_TEST_TLS_SERVER_H

#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#define TLS_COMMAND_MAX 512

/* Starts `openssl ARGUMENTS` with its output going to fd, or nowhere below 0. */
static inline pid_t tls_openssl(const char *arguments, int fd)
{
    char command[TLS_COMMAND_MAX];
    snprintf(command, sizeof command, "exec openssl %s", arguments);
    pid_t child = fork();
    if (child != 0)
        return child;
    int nothing = open("/dev/null", O_RDWR);
    dup2(nothing, 0);
    dup2(fd >= 0 ? fd : nothing, 1);
    dup2(nothing, 2);
    execl("/bin/sh", "sh", "-c", command, (char *)NULL);
    _exit(127);
}

/* Makes NAME.key and NAME.pem, self-signed, for an alternative name such as IP:127.0.0.1. */
static inline bool tls_certificate(const char *name, const char *alternative)
{
    char arguments[TLS_COMMAND_MAX];
    int status = -1;
    snprintf(arguments, sizeof arguments,
             "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout %s.key "
             "-out %s.pem -days 2 -subj /CN=test -addext subjectAltName=%s",
             name, name, alternative);
    waitpid(tls_openssl(arguments, -1), &status, 0);
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/* Starts a server. In: name, of certificate and key; further, what openssl is told besides.
 * Returns its port, or 0. */
static inline int tls_serve(const char *name, const char *further, pid_t *child)
{
    char arguments[TLS_COMMAND_MAX], line[200];
    int ends[2], port = 0;
    snprintf(arguments, sizeof arguments,
             "s_server -accept 127.0.0.1:0 -cert %s.pem -key %s.key %s", name, name, further);
    if (pipe(ends) != 0)
        abort();
    *child = tls_openssl(arguments, ends[1]);
    close(ends[1]);
    FILE *output = fdopen(ends[0], "r");
    while (port == 0 && fgets(line, sizeof line, output) != NULL)
        sscanf(line, "ACCEPT 127.0.0.1:%d", &port);
    fclose(output);
    return port;
}

static inline void tls_end(pid_t child, int number)
{
    if (child <= 0)
        return;
    kill(child, number);
    waitpid(child, NULL, 0);
}

/* Writes openssl.cnf, under which clients offer suites without certificates, and names it in the
 * environment. */
static inline void tls_lax_configuration(void)
{
    FILE *file = fopen("openssl.cnf", "w");
    if (file == NULL)
        abort();
    fputs("openssl_conf = all\n[all]\nssl_conf = ssl\n[ssl]\nsystem_default = lax\n"
          "[lax]\nCipherString = ALL:aNULL:@SECLEVEL=0\n"
          "[req]\ndistinguished_name = none\n[none]\n",
          file);
    fclose(file);
    setenv("OPENSSL_CONF", "openssl.cnf", 1);
}

#endif
