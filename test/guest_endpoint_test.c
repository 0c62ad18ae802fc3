#define _DEFAULT_SOURCE /* mkdtemp */

#include "guest/endpoint.h"
#include "guest/gate.h"
#include "guest/guest.h"
#include "test.h"

#include <errno.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

static bool says(const char *path, int os_error, const char *words)
{
    char text[256];
    ds_endpoint_explain(text, sizeof text, path, os_error);
    return strstr(text, words) != NULL;
}

static void test_explain(void)
{
    char place[] = "/tmp/dstack-test-XXXXXX", path[64], mode[64];
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (mkdtemp(place) == NULL)
        abort();
    snprintf(path, sizeof path, "%s/s", place);
    CHECK(says(path, ENOENT, "no such file"));
    CHECK(says(path, EACCES, place) && says(path, EACCES, "has mode 0700"));
    CHECK(says("s", EACCES, "may not enter"));
    strcpy(address.sun_path, path);
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    CHECK(bind(fd, (struct sockaddr *)&address, sizeof address) == 0 && chmod(path, 0640) == 0);
    snprintf(mode, sizeof mode, "uid %lu and has mode 0640", (unsigned long)getuid());
    CHECK(says(path, EACCES, mode));
    CHECK(says(path, ECONNREFUSED, "nobody listens"));
    CHECK(says(place, ECONNREFUSED, "not a socket"));
    CHECK(says(path, ETIMEDOUT, "timed out"));
    close(fd);
    unlink(path);
    rmdir(place);
}

static void test_errno(void)
{
    CHECK(ds_endpoint_errno("permission denied") == EACCES);
    CHECK(ds_endpoint_errno("Connection refused") == ECONNREFUSED);
    CHECK(ds_endpoint_errno("no such file") == 0 && ds_endpoint_errno("") == 0);
}

static void test_services(void)
{
    const ds_service *dstack = ds_service_by_name("dstack");
    const ds_service *tappd = ds_service_by_name("tappd");
    CHECK(dstack != NULL && strcmp(dstack->variable, "DSTACK_SIMULATOR_ENDPOINT") == 0);
    CHECK(strcmp(dstack->paths[0], "/var/run/dstack.sock") == 0);
    CHECK(strcmp(dstack->paths[3], "/run/dstack/dstack.sock") == 0);
    CHECK(tappd != NULL && strcmp(tappd->paths[1], "/run/tappd.sock") == 0);
    CHECK(ds_service_by_name("other") == NULL);
}

static void test_surface(void)
{
    CHECK(ds_guest_surface("v0") == &ds_guest_v0 && ds_guest_surface("v9") == NULL);
    const ds_row *row = ds_surface_row(&ds_guest_v0, "EmitEvent", 9);
    CHECK(row != NULL && (row->flags & DS_ONCE));
    CHECK(ds_guest_surface("tappd") == &ds_guest_tappd);
    CHECK(ds_surface_row(&ds_guest_tappd, "DeriveKey", 9) != NULL);
    CHECK(ds_surface_row(&ds_guest_tappd, "GetKey", 6) == NULL);
    CHECK(ds_surface_row(&ds_guest_v0, "emitEvent", 9) == NULL);
    CHECK(ds_surface_row(&ds_guest_v0, "EmitEvents", 10) == NULL);
    CHECK(ds_surface_row(&ds_guest_v0, "EmitEven", 8) == NULL);
}

int main(void)
{
    test_explain();
    test_errno();
    test_services();
    test_surface();
    return test_done();
}
