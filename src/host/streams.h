/* The three standard streams. */
#ifndef DS_HOST_STREAMS_H
#define DS_HOST_STREAMS_H

/* Occupies descriptors 0 to 2 where they are closed, so that no file or socket opened later becomes
 * the standard output and is sent what was meant for it. Reading and writing still fail. */
void ds_host_keep_streams(void);

#endif
