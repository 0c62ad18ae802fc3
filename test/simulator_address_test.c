/* Where a simulator may be told to listen. */
#include "simulator/address.h"
#include "test.h"

#define COUNT(table) (sizeof(table) / sizeof *(table))

static void addresses(void)
{
    static const struct {
        const char *text;
        int family; /* -1: refused */
        const char *detail;
    } cases[] = {
        {"agent=./dstack.sock", DS_ADDRESS_UNIX, "./dstack.sock"},
        {"agent=dstack.sock", DS_ADDRESS_UNIX, "dstack.sock"},
        {"agent=unix:/a:1", DS_ADDRESS_UNIX, "/a:1"},
        {"agent=./a:1", DS_ADDRESS_UNIX, "./a:1"},
        {"agent=127.0.0.1:80", DS_ADDRESS_IPV4, "80"},
        {"agent=[::1]:65535", DS_ADDRESS_IPV6, "65535"},
        {"agent=127.0.0.1:0", DS_ADDRESS_IPV4, "0"},
        {"agent=127.0.0.1:65536", -1, "not a port number"},
        {"agent=127.0.0.1:", -1, "not a port number"},
        {"agent=127.0.0.1:80x", -1, "not a port number"},
        {"agent=127.0.0.1", -1, "only"},
        {"agent=0.0.0.0:80", -1, "only"},
        {"agent=127.0.0.2:80", -1, "only"},
        {"agent=localhost:80", -1, "only"},
        {"agent=:80", -1, "only"},
        {"agent=[::]:80", -1, "only"},
        {"agent=::1:80", -1, "only"},
        {"agent=http://127.0.0.1:80", -1, "not a URL"},
        {"agent=", -1, "no address"},
        {"agent=unix:", -1, "no address"},
        {"agent=a\nb", -1, "control characters"},
        {"dstack.sock", -1, "write it as agent=ADDRESS"},
        {"tappd=./tappd.sock", DS_ADDRESS_UNIX, "./tappd.sock"},
        {"tappd=127.0.0.1:81", DS_ADDRESS_IPV4, "81"},
        {"tappd=", -1, "no address"},
        {"agents=x", -1, "unknown kind"},
        {"agen=x", -1, "unknown kind"},
        {"=x", -1, "unknown kind"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        ds_address address;
        ds_error err = {DS_OK, ""};
        bool good = ds_address_read(&address, cases[i].text, &err) == DS_OK;
        CHECK(good == (cases[i].family >= 0));
        if (!good)
            CHECK(strstr(err.text, cases[i].detail) != NULL);
        else if (address.family == DS_ADDRESS_UNIX)
            CHECK(strcmp(address.path, cases[i].detail) == 0);
        else
            CHECK(address.port == atoi(cases[i].detail) && (int)address.family == cases[i].family);
    }
}

static void longest_path(void)
{
    char longest[256] = "agent=";
    ds_address address;
    ds_error err;
    memset(longest + 6, 'a', 107);
    CHECK(ds_address_read(&address, longest, &err) == DS_OK);
    longest[6 + 107] = 'a';
    CHECK(ds_address_read(&address, longest, &err) == DS_INVALID);
}

/* A port is one URL for everything; a socket is for one service. */
static void services(void)
{
    static const struct {
        const char *text, *kind;
        unsigned serves;
    } cases[] = {
        {"agent=./a.sock", "agent", DS_SERVES_AGENT},
        {"agent=127.0.0.1:80", "agent", DS_SERVES_AGENT | DS_SERVES_TAPPD},
        {"agent=[::1]:80", "agent", DS_SERVES_AGENT | DS_SERVES_TAPPD},
        {"tappd=./a.sock", "tappd", DS_SERVES_TAPPD},
        {"tappd=127.0.0.1:80", "tappd", DS_SERVES_TAPPD},
        {"external=./a.sock", "external", DS_SERVES_EXTERNAL},
        {"external=127.0.0.1:8090", "external", DS_SERVES_EXTERNAL},
        {"kms=./a.sock", "kms", DS_SERVES_KMS},
        {"kms=127.0.0.1:80", "kms", DS_SERVES_KMS},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        ds_address address;
        ds_error err;
        CHECK(ds_address_read(&address, cases[i].text, &err) == DS_OK);
        CHECK(address.serves == cases[i].serves && strcmp(address.kind, cases[i].kind) == 0);
    }
}

int main(void)
{
    addresses();
    longest_path();
    services();
    return test_done();
}
