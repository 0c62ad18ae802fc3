/* Whether this process is still the one it was. */
#ifndef DS_HTTP_FORK_H
#define DS_HTTP_FORK_H

/* Returns a number that differs between a process and its forks. Costs no system call, unlike
 * getpid: a handler of pthread_atfork counts. */
unsigned ds_fork_generation(void);

#endif
